// SPDX-License-Identifier: Apache-2.0
// How fast the API server answers, on the disk of the temporary folder.
#include "bench/api/api_load.hpp"
#include "bench/api/api_machine.hpp"
#include "bench/api/raw_etcd.hpp"
#include "bench/api/raw_sqlite.hpp"
#include "bench/process_load.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>

#include <fmt/format.h>
#include <unistd.h>

namespace {

using namespace hooklet;

constexpr int together = 64;
/// As large as a Pod with its status.
constexpr std::size_t row_size = 4000;

/// How many there are of the objects that all is measured with.
int number_of_pods() {
    const char* text = std::getenv("HOOKLET_BENCH_OBJECTS");
    return text == nullptr ? 10'000 : std::max(together, std::atoi(text));
}

void print(std::string_view what, double value, std::string_view unit, std::string_view aim = "") {
    fmt::print("{:<44}{:>10.{}f} {:<9}{}\n", what, value, value < 100 ? 2 : 0, unit, aim);
}

/// Processor time that this process has had, all threads together, in microseconds.
double processor_time() {
    return static_cast<double>(std::clock()) * 1e6 / CLOCKS_PER_SEC;
}

/// `count` requests, with the processor time of server and clients together for each: that depends less on
/// what else the machine does.
void requests(std::string_view what, int count, std::string_view aim, const std::function<double()>& load) {
    const double before = processor_time();
    const double rate = load();
    fmt::print("{:<44}{:>10.0f} {:<9}{:<9}{:>6.0f} us\n", what, rate, "/s", aim,
               (processor_time() - before) / count);
}

void writes_and_reads(bench::ApiLoad& load, int pods, const std::string& folder) {
    print("raw SQLite, 1 row a transaction", bench::raw_sqlite_writes(folder + "/one.db", row_size, 1, 200),
          "rows/s");
    print("raw SQLite, 64 rows a transaction",
          bench::raw_sqlite_writes(folder + "/many.db", row_size, together, 50), "rows/s");
    if (const char* etcd = std::getenv("HOOKLET_ETCD")) {
        const auto rates = bench::raw_etcd_writes(etcd, folder + "/etcd", row_size, together, pods);
        print("etcd, puts by 64 clients", rates.together, "/s");
        print("etcd, puts by 1 client", rates.alone, "/s");
    }
    requests("create Pods, 64 clients", pods, ">= 1000", [&] { return load.create_pods(pods, together); });
    requests("write statuses, 64 clients", pods, ">= 1000",
             [&] { return load.write_statuses(pods, pods, together); });
    requests("write statuses, 1 client", 300, "", [&] { return load.write_statuses(pods, 300, 1); });
    requests("read Pods, 16 clients", pods, "", [&] { return load.read_pods(pods, pods, 16); });
}

void lists(bench::ApiLoad& load, int pods) {
    const auto all = load.list("?resourceVersion=0");
    print(fmt::format("list of {} Pods, {:.1f} MiB", pods, static_cast<double>(all.bytes) / 1048576), all.ms,
          "ms", "<= 150");
    print("  its first 500", load.list("?limit=500").ms, "ms");
    print("  one of ten by label", load.list("?labelSelector=release%3Dr7").ms, "ms");
}

void watches(bench::ApiLoad& load) {
    print("fan-out to 200 watchers", load.fan_out(200, 500, 0).events, "events/s");
    const auto paced = load.fan_out(200, 300, 50);
    print("  50 changes/s: answered after, median", paced.answered.median_ms, "ms");
    print("  50 changes/s: answered after, 99 %", paced.answered.p99_ms, "ms");
    print("  50 changes/s: seen after, median", paced.seen.median_ms, "ms");
    print("  50 changes/s: seen after, 99 %", paced.seen.p99_ms, "ms", "<= answered + 5");
}

void run(const std::string& folder) {
    const int pods = number_of_pods();
    const bench::ApiMachine machine(folder);
    bench::ApiLoad load(machine.socket());
    load.prepare();
    const std::int64_t empty = bench::memory_of({::getpid()}).anonymous_kib;
    fmt::print("API server on {}, {} Pods\n", folder, pods);
    writes_and_reads(load, pods, folder);
    print("memory of them, and of their history",
          static_cast<double>(bench::memory_of({::getpid()}).anonymous_kib - empty) / 1024, "MiB");
    lists(load, pods);
    watches(load);
    fmt::print("\n");
}

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::string folder = (std::filesystem::temp_directory_path() / "hooklet-bench-XXXXXX").string();
    int code = EXIT_FAILURE;
    try {
        if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
        run(folder);
        code = EXIT_SUCCESS;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_api: {}\n", error.what());
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return code;
}
