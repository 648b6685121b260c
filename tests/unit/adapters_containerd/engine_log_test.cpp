// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/engine_log.hpp"

#include <gtest/gtest.h>

namespace hooklet::containerd {
namespace {

TEST(EngineLog, SaysWhyThereIsNoCri) {
    const std::string start = R"(time="1" level=info msg="loading plugin" type=x)"
                              "\n";
    const std::string failed =
        R"(time="2" level=warning msg="failed to load plugin io.containerd.grpc.v1.cri" error="failed to get )"
        R"(services: failed to get instance of service \"snapshots-service\": invalid database")"
        "\n";
    EXPECT_EQ(
        why_without_cri(start + failed + start),
        R"(failed to get services: failed to get instance of service "snapshots-service": invalid database)");
    EXPECT_EQ(why_without_cri(start), "");
    EXPECT_EQ(why_without_cri(failed.substr(0, failed.find("error="))), "");
}

}  // namespace
}  // namespace hooklet::containerd
