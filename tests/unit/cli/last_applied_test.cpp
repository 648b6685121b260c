// SPDX-License-Identifier: Apache-2.0
// What was applied last, seen and set.
#include "unit/cli/api_verbs.hpp"

#include <gmock/gmock.h>

namespace hooklet::cli {
namespace {

using testing::HasSubstr;

std::string config_map(const std::string& value) {
    return fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"c"}},"data":{{"a":"{}"}}}})", value);
}

const std::vector<std::string> annotation{
    "get", "configmap", "c", "-o",
    R"(go-template={{index .metadata.annotations "kubectl.kubernetes.io/last-applied-configuration"}})"};

TEST_F(ApiVerbs, LastAppliedIsShown) {
    env_.files["c.yaml"] = config_map("1");
    run({"apply", "-f", "c.yaml"});
    const std::string yaml =
        "apiVersion: v1\ndata:\n  a: \"1\"\nkind: ConfigMap\nmetadata:\n  annotations: {}\n  name: c\n  "
        "namespace: default\n";
    EXPECT_EQ(shown({"apply", "view-last-applied", "cm/c"}), yaml);
    EXPECT_EQ(shown({"apply", "view-last-applied", "cm", "--all"}), yaml);
    EXPECT_EQ(shown({"apply", "view-last-applied", "-f", "c.yaml"}), yaml);
    EXPECT_THAT(shown({"apply", "view-last-applied", "cm", "c", "-o", "json"}),
                testing::StartsWith("{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"1\"\n"));
}

TEST_F(ApiVerbs, LastAppliedThatIsNotThere) {
    env_.files["c.yaml"] = config_map("1");
    EXPECT_EQ(shown({"apply", "view-last-applied", "cm/c"}),
              "Error from server (NotFound): configmaps \"c\" not found\n[1]");
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "c.yaml"}),
              "Error from server (NotFound): configmaps \"c\" not found\n[1]");
    EXPECT_EQ(shown({"apply", "set-last-applied"}), "error: must specify one of -f and -k\n[1]");
    run({"apply", "-f", "c.yaml", "--server-side"});
    EXPECT_EQ(shown({"apply", "view-last-applied", "cm/c"}),
              "error: no last-applied-configuration annotation found on resource: c\n[1]");
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "c.yaml"}),
              "error: no last-applied-configuration annotation found on resource: c, to create the "
              "annotation, run the "
              "command with --create-annotation\n[1]");
}

TEST_F(ApiVerbs, LastAppliedIsSet) {
    env_.files["c.yaml"] = config_map("1");
    env_.files["d.yaml"] = config_map("2");
    run({"apply", "-f", "c.yaml"});
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "d.yaml", "--dry-run=client"}),
              "configmap/c configured (dry run)\n");
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "d.yaml", "--dry-run=server"}),
              "configmap/c configured (server dry run)\n");
    EXPECT_THAT(shown(annotation), HasSubstr(R"("data":{"a":"1"})"));
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "d.yaml"}), "configmap/c configured\n");
    EXPECT_EQ(
        shown(annotation),
        R"({"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"c","namespace":"default"}})"
        "\n");
    EXPECT_EQ(shown({"get", "cm", "c", "-o", "jsonpath={.data.a}"}), "1");
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "d.yaml"}),
              "set-last-applied c: no changes required.\n");
}

TEST_F(ApiVerbs, LastAppliedIsCreated) {
    env_.files["c.yaml"] = config_map("1");
    run({"apply", "-f", "c.yaml", "--server-side"});
    EXPECT_EQ(shown({"apply", "set-last-applied", "-f", "c.yaml", "--create-annotation", "-o", "name"}),
              "configmap/c\n");
    EXPECT_THAT(shown(annotation), HasSubstr(R"("data":{"a":"1"})"));
}

}  // namespace
}  // namespace hooklet::cli
