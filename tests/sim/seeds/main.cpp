// SPDX-License-Identifier: Apache-2.0
// sim_seeds: plays random scenarios by the thousand. See usage().
#include "sim/seeds/coverage.hpp"
#include "sim/seeds/seed_options.hpp"

#include <atomic>
#include <exception>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace hooklet::sim {
namespace {

constexpr const char* usage =
    "sim_seeds SEED                plays one seed and shows everything that happened\n"
    "sim_seeds FIRST..LAST         plays them all, up to the first that fails\n"
    "sim_seeds FIRST..             plays until it is stopped\n"
    "  --jobs N                    so many at a time\n"
    "  --write FILE                writes their fingerprints\n"
    "  --same-as FILE              fails when a seed's fingerprint is not the one in the file\n";

/// So many seeds must between them have tried everything that can go wrong.
constexpr std::uint64_t enough_for_everything = 10'000;

using Fingerprints = std::map<std::uint64_t, std::uint64_t>;

Fingerprints read_fingerprints(const std::string& path) {
    Fingerprints out;
    if (path.empty()) return out;
    std::ifstream in(path);
    std::uint64_t seed = 0;
    std::uint64_t print = 0;
    while (in >> seed >> print) out[seed] = print;
    if (out.empty()) throw std::runtime_error("no fingerprints in " + path);
    return out;
}

/// Seeds of a range, played by several threads; each run is a world of its own.
class Batch {
  public:
    Batch(SeedOptions options, std::string program)
        : options_(std::move(options)),
          program_(std::move(program)),
          next_(options_.first),
          expected_(read_fingerprints(options_.same_as)) {}

    bool play() {
        {
            std::vector<std::jthread> workers;
            for (unsigned i = 0; i < options_.jobs; ++i) workers.emplace_back([this] { work(); });
        }
        if (!failed_) finish();
        return !failed_;
    }

  private:
    void work() {
        while (!failed_) {
            const std::uint64_t seed = next_++;
            if (seed > options_.last) return;
            const SeedRun run = play_seed(seed);
            const std::scoped_lock lock(mutex_);
            take(seed, run);
        }
    }

    void take(std::uint64_t seed, const SeedRun& run) {
        coverage_.add(run);
        if (!options_.write.empty()) fingerprints_[seed] = run.fingerprint;
        const auto expected = expected_.find(seed);
        const bool same = expected == expected_.end() || expected->second == run.fingerprint;
        if (!same) std::cout << fmt::format("seed {} runs differently than for {}\n", seed, options_.same_as);
        if (!run.failures.empty()) {
            for (const std::string& failure : run.failures)
                std::cout << "seed " << seed << ": " << failure << '\n';
            std::cout << run.scenario << '\n' << run.happened;
        }
        if (!same || !run.failures.empty()) {
            std::cout << fmt::format("play it again: {} {}\n", program_, seed);
            failed_ = true;
        }
        constexpr std::uint64_t sign_of_life = 1000;
        if (++played_ % sign_of_life == 0) std::cout << played_ << " seeds played" << std::endl;
    }

    void finish() {
        std::cout << coverage_.text();
        std::ofstream out;
        if (!options_.write.empty()) out.open(options_.write);
        for (const auto& [seed, print] : fingerprints_) out << seed << ' ' << print << '\n';
        if (played_ < enough_for_everything) return;
        for (const std::string& gap : coverage_.gaps()) {
            std::cout << gap << '\n';
            failed_ = true;
        }
    }

    SeedOptions options_;
    std::string program_;
    std::atomic<std::uint64_t> next_;
    std::atomic<bool> failed_ = false;
    std::mutex mutex_;  // for what follows
    std::uint64_t played_ = 0;
    Coverage coverage_;
    Fingerprints fingerprints_;
    Fingerprints expected_;
};

bool show(std::uint64_t seed) {
    const SeedRun run = play_seed(seed, true);
    std::cout << run.scenario << '\n' << run.happened;
    for (const std::string& failure : run.failures) std::cout << "failure: " << failure << '\n';
    std::cout << fmt::format("fingerprint {}\n", run.fingerprint);
    return run.failures.empty();
}

int run(std::span<char* const> arguments) {
    try {
        const SeedOptions options = read_options(arguments.subspan(1));
        const bool fine = options.single ? show(options.first) : Batch(options, arguments.front()).play();
        return fine ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "sim_seeds: " << error.what() << "\n\n" << usage;
        return 2;
    }
}

}  // namespace
}  // namespace hooklet::sim

int main(int argc, char** argv) {
    return hooklet::sim::run({argv, static_cast<std::size_t>(argc)});
}
