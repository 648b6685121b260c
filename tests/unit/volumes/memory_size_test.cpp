// SPDX-License-Identifier: Apache-2.0
#include "volumes/memory_size.hpp"

#include "unit/pods_config/pod_of.hpp"

namespace hooklet {
namespace {

TEST(MemoryVolumeSize, IsTheSmallestOfWhatIsSet) {
    const std::string limited = R"({"name": "a", "resources": {"limits": {"memory": "100"}}})";
    const std::string large = R"({"name": "b", "resources": {"limits": {"memory": "500"}}})";
    const std::string sidecar =
        R"({"name": "s", "restartPolicy": "Always", "resources": {"limits": {"memory": "50"}}})";
    const std::string limitless = R"({"name": "c"})";
    struct Row {
        std::string containers;
        std::string init_containers;
        const char* limit;  ///< "" for none.
        std::int64_t node;
        std::uint64_t expected;
        const char* pod = "{}";  ///< Resources of the whole Pod.
    };
    for (const Row& row : {
             Row{limitless, "", "", 0, 0},
             Row{limitless, "", "", 1000, 1000},
             Row{limitless, "", "30", 1000, 30},
             Row{limitless, "", "3000", 1000, 1000},
             Row{limitless, "", "0", 1000, 1000},
             Row{limited, "", "", 1000, 100},
             Row{limited, "", "30", 1000, 30},
             Row{limited + "," + large, "", "", 1000, 600},
             Row{limited + "," + limitless, "", "", 1000, 1000},
             Row{limited, large, "", 1000, 500},
             Row{limited, sidecar, "", 1000, 150},
             Row{limited, sidecar + "," + large, "", 1000, 550},
             Row{limited, large + "," + sidecar, "", 1000, 500},
             Row{limited, limitless, "", 1000, 1000},
             Row{limitless, "", "", 1000, 64, R"({"limits": {"memory": "64"}})"},
             Row{limited, limitless, "", 1000, 640, R"({"limits": {"memory": "640"}})"},
             Row{limited, "", "30", 1000, 30, R"({"limits": {"memory": "640"}})"},
             Row{limitless, "", "", 1000, 1000, R"({"limits": {"cpu": "1"}})"},
         }) {
        const api::Pod pod =
            test::pod_of(R"({"containers": [)" + row.containers + R"(], "initContainers": [)" +
                         row.init_containers + R"(], "resources": )" + row.pod + "}");
        std::optional<api::Quantity> limit;
        if (*row.limit != '\0') limit = *api::Quantity::parse(row.limit);
        NodeFacts node;
        node.allocatable["memory"] = api::Quantity::of_units(row.node);
        EXPECT_EQ(memory_volume_size(pod.spec, limit, node), row.expected)
            << row.containers << " after " << row.init_containers << ", limit " << row.limit;
    }
}

}  // namespace
}  // namespace hooklet
