// SPDX-License-Identifier: Apache-2.0
// `apply` of many manifests: which are meant, what is printed, what is pruned.
#include "cli/prune.hpp"

#include "unit/cli/api_verbs.hpp"

#include <gmock/gmock.h>

namespace hooklet::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

client::ResourceTypes served_types() {
    return {{.kind = "Namespace", .plural = "namespaces", .namespaced = false},
            {.kind = "Pod", .plural = "pods"},
            {.group = "apps", .kind = "Deployment", .plural = "deployments"},
            {.group = "node.k8s.io", .kind = "RuntimeClass", .plural = "runtimeclasses", .namespaced = false},
            {.kind = "ConfigMap", .plural = "configmaps"}};
}

TEST(Prune, TypesAreKubectlsOwnOrThoseThatAreListed) {
    struct Case {
        std::vector<std::string> allowlist;
        std::string types;
    };
    const Case cases[] = {
        {{}, "configmaps pods deployments.apps namespaces "},
        {{"core/v1/Pod"}, "pods "},
        {{"/v1/Pod", "node.k8s.io/v1/RuntimeClass", "apps/v1/Deployment"},
         "pods deployments.apps runtimeclasses.node.k8s.io "},
        {{"Pod"}, "error: invalid GroupVersionKind format: Pod, please follow <group/version/kind>"},
        {{"core/v1/Widget"}, "error: no matches for kind \"Widget\" in version \"v1\""},
    };
    for (const Case& c : cases) {
        const auto types = prunable_types(served_types(), c.allowlist);
        std::string text = types ? "" : types.error().message;
        for (const client::ResourceType& type : types.value_or(client::ResourceTypes{}))
            text += type.resource() + " ";
        EXPECT_EQ(text, c.types);
    }
}

TEST_F(ApiVerbs, ApplyRefusesWhatContradictsItself) {
    const std::string no_all =
        "error: all resources selected for prune without explicitly passing --all. To prune all resources, "
        "pass "
        "the --all flag. If you did not mean to prune all resources, specify a label selector\n[1]";
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{"apply"}, "error: must specify one of -f and -k\n[1]"},
        {{"apply", "-f", "web.yaml", "--force-conflicts"},
         "error: --force-conflicts only works with --server-side\n[1]"},
        {{"apply", "-f", "web.yaml", "--server-side", "--dry-run", "client"},
         "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server "
         "instead?)\n[1]"},
        {{"apply", "-f", "web.yaml", "--all", "-l", "a=b"},
         "error: cannot set --all and --selector at the same time\n[1]"},
        {{"apply", "-f", "web.yaml", "--prune"}, no_all},
        {{"apply", "-f", "web.yaml", "-l", "app=x"}, "error: no objects passed to apply\n[1]"},
    };
    for (const auto& [args, refusal] : cases) EXPECT_EQ(shown(args), refusal);
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "");
}

TEST_F(ApiVerbs, ApplyTakesTheLabelledOnes) {
    env_.files["d/a.yaml"] = manifest("a", "nginx:1");
    env_.files["d/sub/b.yaml"] = manifest("b", "nginx:1");
    EXPECT_EQ(shown({"apply", "-f", "d", "-R", "-l", "app=b"}), "pod/b created\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "-R"}), "pod/a created\npod/b unchanged\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "-R", "-o", "name"}), "pod/a\npod/b\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "-R", "-o", "jsonpath={.kind}: {.items[*].metadata.name}"}),
              "List: a b");
    EXPECT_EQ(shown({"apply", "-f", "d", "-o", "jsonpath={.kind}"}), "Pod");
}

TEST_F(ApiVerbs, PruneDeletesWhatNoManifestHas) {
    env_.files["d/a.yaml"] = manifest("a", "nginx:1");
    env_.files["d/b.yaml"] = manifest("b", "nginx:1");
    env_.files["by-hand.yaml"] = manifest("by-hand", "nginx:1");
    run({"apply", "-f", "d"});
    run({"apply", "-f", "by-hand.yaml", "--server-side"});
    env_.files.erase("d/b.yaml");
    EXPECT_EQ(shown({"apply", "-f", "d", "--prune", "-l", "app=a"}), "pod/a unchanged\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "--prune", "--all", "--dry-run", "client"}),
              "pod/a unchanged (dry run)\npod/b pruned (dry run)\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "--prune", "--all", "--dry-run", "server"}),
              "pod/a unchanged (server dry run)\npod/b pruned (server dry run)\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "--prune", "--all", "--prune-allowlist", "core/v1/Secret"}),
              "pod/a unchanged\n");
    EXPECT_EQ(shown({"apply", "-f", "d", "--prune", "--all"}), "pod/a unchanged\npod/b pruned\n");
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "pod/a\npod/by-hand\n");
}

TEST_F(ApiVerbs, NothingIsPrunedAfterAFailure) {
    env_.files["d/a.yaml"] = manifest("a", "nginx:1");
    env_.files["d/b.yaml"] = manifest("b", "nginx:1");
    run({"apply", "-f", "d"});
    env_.files["d/a.yaml"] = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"bad":1}})";
    env_.files.erase("d/b.yaml");
    EXPECT_EQ(run({"apply", "-f", "d", "--prune", "--all"}), 1);
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "pod/a\npod/b\n");
}

TEST_F(ApiVerbs, ApplyWarnsOfWhatOthersMade) {
    run({"apply", "-f", "web.yaml", "--server-side"});
    EXPECT_THAT(shown({"apply", "-f", "web2.yaml"}),
                testing::AllOf(StartsWith("pod/web configured\nWarning: resource pods/web is missing the "
                                          "kubectl.kubernetes.io/last-applied-configuration annotation"),
                               HasSubstr("will be patched automatically.\n")));
    EXPECT_THAT(
        shown({"apply", "-f", "web.yaml", "--server-side", "--field-manager", "me"}),
        testing::AllOf(StartsWith("error: Apply failed with 1 conflict: conflict with "),
                       HasSubstr("\nOthers manage these fields. Take them over with --force-conflicts, ")));
    EXPECT_EQ(
        shown({"apply", "-f", "web.yaml", "--server-side", "--field-manager", "me", "--force-conflicts"}),
        "pod/web serverside-applied\n");
}

}  // namespace
}  // namespace hooklet::cli
