#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of check_house_rules.py: each rule finds its bad form and leaves its good form alone."""
import sys
import unittest

sys.dont_write_bytecode = True  # Nothing is written into the source tree.

from check_house_rules import RULES, Source, check

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
ROOMS = [
    Source("src/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\nforeach(room base ports pods adapters app)\n"),
    Source("src/base/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(base)\n"),
    Source("src/ports/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(ports LINKS base)\n"),
    Source("src/pods/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(pods LINKS ports\n"
           "             PRIVATE_LINKS CLI11::CLI11)\n"),
    Source("src/adapters/x/CMakeLists.txt",
           "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(adapter_x LINKS ports)\n"),
    Source("src/adapters/y/CMakeLists.txt",
           "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(adapter_y LINKS ports)\n"),
    Source("src/app/CMakeLists.txt",
           "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(app LINKS pods adapters)\n"),
]

# rule: (path, bad text, good text)
CASES = {
    "file-length": ("src/pods/a.cpp", "\n" * 400, "\n" * 399),
    "real-time": ("src/pods/a.cpp", "auto t = std::chrono::steady_clock::now();", "auto t = clock.now();  // not steady_clock::now()"),
    "foreign-header": ("src/adapters/x/a.hpp", "#pragma once\n#include <boost/beast/http.hpp>",
                       "#pragma once\n#include <boost/asio/awaitable.hpp>"),
    "pragma-once": ("src/base/a.hpp", "#ifndef A\n#define A\n#endif", "#pragma once\n"),
    "await-aggregate": ("src/pods/a.cpp", "Task<> f() { co_await read({uid, since}); }",
                        "Task<> f() { const Query q{uid, since}; co_await read(q); }"),
    "await-choice": ("src/pods/a.cpp", "Task<> f() { co_await answer(gone ? none() : some()); }",
                     "Task<> f() { const A a = gone ? none() : some(); co_await answer(a); }\n"
                     "Task<int> g() { co_return gone ? 1 : co_await some(); }"),
    "lambda-coroutine": ("src/pods/a.cpp", "auto f = [this, id] () -> Task<> { co_await go(id); };",
                         "auto f = [](Id id) -> Task<> { co_await go(id); };\nauto g = [this] { spawn(run(1)); };"),
    "borrowed-parameter": ("src/pods/a.cpp", "Task<Result<int>> Pod::run(int n, const std::string& text) {}",
                           "Task<Result<int>> run(int n, std::string text, Clock& clock);\nint f(const A& a);"),
    "machine-path": ("docs/a.md", "see /ho" + "me/ann/notes", "see docs/home/notes and tests/work/x"),
    "leftover": ("src/pods/a.cpp", "int a;  // TO" + "DO later", "int todo_count;"),
    "room-order": ("src/ports/a.cpp", '#include "pods/worker.hpp"', '#include "base/error.hpp"\n#include "ports/b.hpp"'),
}


def rules_of(path: str, text: str) -> list[str]:
    return [finding.rule for finding in check([*ROOMS, Source(path, text)])]


class HouseRules(unittest.TestCase):
    def test_each_rule_has_a_case(self):
        self.assertEqual(set(RULES), {*CASES, "spdx"})

    def test_bad_and_good_forms(self):
        for rule, (path, bad, good) in CASES.items():
            with self.subTest(rule):
                self.assertEqual(rules_of(path, SPDX + bad), [rule])
                self.assertEqual(rules_of(path, SPDX + good), [])

    def test_spdx(self):
        self.assertEqual(rules_of("scripts/a.sh", "#!/bin/sh\ntrue\n"), ["spdx"])
        self.assertEqual(rules_of("scripts/a.sh", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"), [])

    def test_adapters_may_use_the_real_world(self):
        text = SPDX + "#include <boost/beast/http.hpp>\nauto t = std::chrono::steady_clock::now();\n"
        self.assertEqual(rules_of("src/adapters/beast/a.cpp", text), [])

    def test_a_waiver_names_the_rule_and_a_reason(self):
        text = SPDX + "// allow(real-time): seeds the port\nstd::random_device device;\n"
        self.assertEqual(rules_of("src/pods/a.cpp", text), [])
        self.assertEqual(rules_of("src/pods/a.cpp", text.replace(": seeds the port", "")), ["real-time"])

    def test_a_link_upwards_is_found(self):
        upwards = Source("src/base/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\nhooklet_room(base LINKS pods)\n")
        self.assertEqual([f.rule for f in check([ROOMS[0], upwards])], ["room-order"])

    def test_only_app_sees_adapters_and_adapters_do_not_see_each_other(self):
        text = SPDX + '#include "adapters/x/a.hpp"\n'
        self.assertEqual(rules_of("src/app/a.cpp", text), [])
        self.assertEqual(rules_of("src/adapters/x/b.cpp", text), [])
        self.assertEqual(rules_of("src/adapters/y/b.cpp", text), ["room-order"])
        self.assertEqual(rules_of("src/pods/b.cpp", text), ["room-order"])
        self.assertEqual(rules_of("src/adapters/y/b.cpp", SPDX + '#include "pods/a.hpp"\n'), ["room-order"])

    def test_literals_and_comments_are_not_code(self):
        self.assertEqual(rules_of("src/pods/a.cpp", SPDX + 'auto a = "usleep(1)"; /* steady_timer */ int b = 1\'000;\n'), [])

    def test_a_nested_plain_lambda_is_no_coroutine(self):
        text = SPDX + "auto f = [this] { return [](int a) -> Task<> { co_return; }; };\n"
        self.assertEqual(rules_of("src/pods/a.cpp", text), [])


if __name__ == "__main__":
    unittest.main()
