// SPDX-License-Identifier: Apache-2.0
#include "integration/run/run_fixture.hpp"

#include "integration/run/machine.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <unistd.h>

namespace hooklet::testing {

std::unique_ptr<ScratchFolder> RunTest::folder_;
std::set<std::pair<std::string, std::string>> RunTest::loaded_;

std::string pod(const std::string& name, const std::string& script, const std::string& of_pod,
                const std::string& of_container) {
    std::ostringstream text;
    text << "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " << name << "\nspec:\n"
         << of_pod << "  containers:\n    - name: main\n      image: hooklet.dev/demo/busybox:1\n"
         << "      command:\n        - sh\n        - -c\n        - |\n          " << script << "\n"
         << of_container << "---\n";
    return text.str();
}

void RunTest::TearDownTestSuite() {
    folder_.reset();
}

void RunTest::load(const std::string& root, const std::string& image) {
    if (!loaded_.insert({root, image}).second) return;
    HookletProcess process(
        folder(), {"--root", root, "image", "load", std::string(HOOKLET_IMAGES "/") + image + ".tar"});
    EXPECT_EQ(process.wait(), 0) << process.err();
    EXPECT_EQ(process.out(), "hooklet.dev/demo/" + image + ":1\n");
}

// Not in SetUpTestSuite(): a test is skipped when that fails.
void RunTest::SetUp() {
    ASSERT_EQ(::geteuid(), 0U) << "hooklet starts containers: these tests need root";
    if (folder_) return;
    ASSERT_EQ(std::system(HOOKLET_IMAGE_SCRIPT " " HOOKLET_IMAGES), 0);  // NOLINT(concurrency-mt-unsafe)
    folder_ = std::make_unique<ScratchFolder>();
}

void RunTest::TearDown() {
    processes_.clear();
    if (!folder_) return;
    for (const std::string& root : {root(), receiver_root()}) {
        EXPECT_EQ(traces_of(root), std::vector<std::string>{}) << "left behind";
    }
    if (HasFailure()) sweep();
}

HookletProcess& RunTest::start(const std::string& root, std::vector<std::string> args,
                               const std::string& input) {
    load(root, "busybox");
    args.insert(args.begin(), {"--root", root, "run"});
    processes_.push_back(std::make_unique<HookletProcess>(folder(), std::move(args), input));
    return *processes_.back();
}

HookletProcess& RunTest::run(std::vector<std::string> args, const std::string& input) {
    return start(root(), std::move(args), input);
}

HookletProcess& RunTest::run_examples(std::vector<std::string> args) {
    for (std::string& arg : args) {
        if (arg.ends_with(".yaml")) arg = example(arg);
    }
    args.insert(args.end(), {"-o", "json"});
    load(root(), "nginx");
    return run(std::move(args));
}

HookletProcess& RunTest::run_receiver(const std::string& name) {
    load(receiver_root(), "nginx");
    return start(receiver_root(), {example(name), "-o", "json"}, "");
}

void RunTest::sweep() {
    for (const auto& [root, image] : loaded_) {
        const std::string last = pod("sweep", "true", "  restartPolicy: Never\n");
        HookletProcess process(folder(), {"--root", root, "run", "-", "--quiet"}, last);
        process.wait();
    }
}

std::string RunTest::example(const std::string& name) {
    return std::string(HOOKLET_EXAMPLES "/") + name;
}

std::string RunTest::log_of(const std::string& root, const std::string& pod) {
    std::string text;
    const std::filesystem::path logs = root + "/log/pods";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(logs)) {
        const std::string path = entry.path().string();
        if (!path.contains("/default_" + pod + "_") || !entry.is_regular_file()) continue;
        std::istringstream lines(read_text(path));
        // Time, stream and F or P come before the text.
        for (std::string time, stream, flag, line; lines >> time >> stream >> flag;) {
            std::getline(lines.ignore(), line);
            text += line + "\n";
        }
    }
    return text;
}

std::string RunTest::journal(const std::string& sql) {
    return database_says(root() + "/state/journal.db", sql);
}

}  // namespace hooklet::testing
