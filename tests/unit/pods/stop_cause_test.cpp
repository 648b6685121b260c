// SPDX-License-Identifier: Apache-2.0
#include "pods/stop_cause.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

struct CauseCase {
    StopCause cause;
    bool restart;
    Role role;
    const char* message;
};

TEST(StopCause, HasTheKubeletsWords) {
    const std::vector<CauseCase> cases{
        {StopCause::pod_ends, false, Role::ordinary, "Stopping container c"},
        {StopCause::sandbox_changed, false, Role::sidecar, "Stopping container c"},
        {StopCause::liveness, true, Role::ordinary, "Container c failed liveness probe, will be restarted"},
        {StopCause::liveness, false, Role::ordinary, "Container c failed liveness probe"},
        {StopCause::startup, true, Role::ordinary, "Container c failed startup probe, will be restarted"},
        {StopCause::startup, true, Role::sidecar, "Init container c failed startup probe"},
        {StopCause::definition_changed, true, Role::ordinary,
         "Container c definition changed, will be restarted"},
        {StopCause::definition_changed, true, Role::sidecar, "Init container c definition changed"},
        {StopCause::resize, true, Role::ordinary, "Container c resize requires restart"},
        {StopCause::resize, true, Role::sidecar, "Container c resize requires restart"},
        {StopCause::unknown_state, true, Role::ordinary,
         "Container is in \"unknown\" state, try killing it before restart"},
        {StopCause::unknown_state, true, Role::init,
         "Init container is in \"unknown\" state, try killing it before restart"},
    };
    for (const CauseCase& c : cases)
        EXPECT_EQ(killing_message(StopContainer{0, c.cause, false, c.restart}, "c", c.role), c.message);
}

TEST(StopCause, TellsTheHookWhy) {
    EXPECT_EQ(stop_trigger(StopCause::pod_ends, "Evicted"), "Evicted");
    EXPECT_EQ(stop_trigger(StopCause::pod_ends, ""), "Completed");
    EXPECT_EQ(stop_trigger(StopCause::liveness, "Deleted"), "LivenessProbeFailed");
}

}  // namespace
}  // namespace hooklet
