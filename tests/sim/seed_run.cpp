// SPDX-License-Identifier: Apache-2.0
#include "sim/seed_run.hpp"

#include "sim/random_scenario.hpp"
#include "sim/stage.hpp"

#include <exception>

namespace hooklet::sim {

SeedRun play_seed(std::uint64_t seed, bool everything) {
    SeedRun run{.scenario = random_scenario(seed)};
    const Scenario scenario = read_scenario(run.scenario);
    Stage stage(&scenario, seed);
    try {
        stage.play();
        run.failures = stage.failures();
    } catch (const std::exception& error) {
        run.failures = {error.what()};
    }
    run.fingerprint = stage.fingerprint();
    run.faults = stage.world().faults.counts();
    for (const Step& step : scenario.steps) ++run.steps[step.verb];
    if (everything || !run.failures.empty()) run.happened = print(stage.timeline());
    if (everything) run.happened += "\n" + stage.world().history.text();
    return run;
}

}  // namespace hooklet::sim
