// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/posix_random.hpp"
#include "adapters/posix/signals.hpp"
#include "bench/lifecycle_bench.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

namespace {

using namespace hooklet;

std::string variable(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

int number(const char* name, int otherwise) {
    const std::string text = variable(name, "");
    return text.empty() ? otherwise : std::max(1, std::atoi(text.c_str()));
}

bench::Settings settings_of_environment() {
    bench::Settings settings;
    settings.program = variable("HOOKLET_BIN", "build/release/hooklet");
    settings.images = variable("HOOKLET_IMAGES", "build/images");
    settings.samples = number("HOOKLET_BENCH_SAMPLES", settings.samples);
    settings.pods = number("HOOKLET_BENCH_PODS", settings.pods);
    settings.probes = number("HOOKLET_BENCH_PROBES", settings.probes);
    std::string folder = (std::filesystem::temp_directory_path() / "hooklet-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) != nullptr) settings.folder = folder;
    return settings;
}

int run(const bench::Settings& settings) {
    asio::io_context loop(1);
    AsioClock clock(loop.get_executor());
    PosixRandom random;
    app::HostPorts host{loop.get_executor(), &clock, &random,
                        [](std::string_view line) { fmt::print(stderr, "{}", line); }};
    bench::LifecycleBench lifecycle(host, settings);
    const TerminationSignals signals(loop.get_executor(), [&lifecycle](int) { lifecycle.interrupt(); });
    int code = EXIT_FAILURE;
    const auto done = [&](const std::exception_ptr& bug, const Status& status) {
        if (bug) std::rethrow_exception(bug);
        if (!status) fmt::print(stderr, "bench_lifecycle: {}\n", status.error().text());
        code = status ? EXIT_SUCCESS : EXIT_FAILURE;
        loop.stop();
    };
    asio::co_spawn(loop, lifecycle.run(), done);
    loop.run();
    return code;
}

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const bench::Settings settings = settings_of_environment();
    if (settings.folder.empty()) {
        fmt::print(stderr, "bench_lifecycle: no temporary folder can be made\n");
        return EXIT_FAILURE;
    }
    const int code = run(settings);
    std::error_code error;
    std::filesystem::remove_all(settings.folder, error);
    if (error) fmt::print(stderr, "bench_lifecycle: {}: {}\n", settings.folder, error.message());
    return code;
}
