// SPDX-License-Identifier: Apache-2.0
// What `get` shows of files, categories and long lists.
#include "unit/cli/api_verbs.hpp"

#include <gmock/gmock.h>

namespace hooklet::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string settings_manifest =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"}})";

TEST_F(ApiVerbs, GetShowsWhatFilesName) {
    env_.files["d/a.yaml"] = manifest("a", "nginx:1");
    env_.files["d/b.yaml"] = manifest("long-name", "nginx:1");
    env_.files["d/sub/c.yaml"] = settings_manifest;
    run({"apply", "-f", "d", "-f", "d/sub/c.yaml"});
    EXPECT_EQ(shown({"get", "-f", "d"}),
              "NAME        READY   STATUS    RESTARTS   AGE\n"
              "a           0/1     Pending   0          0s\n"
              "long-name   0/1     Pending   0          0s\n");
    EXPECT_EQ(shown({"get", "-f", "d", "-R", "-o", "name"}), "pod/a\npod/long-name\nconfigmap/settings\n");
    EXPECT_EQ(shown({"get", "-Rf", "d", "-l", "app=a", "-o", "name"}), "pod/a\n");
    EXPECT_THAT(shown({"get", "-f", "d", "-R", "--no-headers"}), HasSubstr("\n\nconfigmap/settings   0 "));
    EXPECT_EQ(shown({"get", "-f", "d/a.yaml", "-o", "jsonpath={.kind}"}), "Pod");
    EXPECT_EQ(shown({"get", "-f", "d/a.yaml,d/b.yaml", "-o", "jsonpath={.kind}"}), "List");
    EXPECT_EQ(shown({"get", "-f", "d", "-l", "app=x"}), "No resources found in default namespace.\n");
    run({"delete", "pod", "a"});
    EXPECT_EQ(shown({"get", "-f", "d/a.yaml"}), "Error from server (NotFound): pods \"a\" not found\n[1]");
    EXPECT_EQ(shown({"get", "-f", "d/a.yaml", "--ignore-not-found"}), "");
}

TEST_F(ApiVerbs, FilesThatAreNotThere) {
    env_.files["d/sub/a.yaml"] = manifest("a", "nginx:1");
    for (const char* verb : {"apply", "get", "describe", "delete"}) {
        EXPECT_EQ(shown({verb, "-f", "x.yaml"}), "error: the path \"x.yaml\" does not exist\n[1]");
        EXPECT_EQ(shown({verb, "-f", "d"}),
                  "error: error reading [d]: recognized file extensions are [.json .yaml .yml]\n[1]");
        EXPECT_THAT(shown({verb, "-k", "d"}),
                    HasSubstr("--kustomize: kustomizations are not supported; 'kustomize build d' makes"));
    }
}

TEST_F(ApiVerbs, GetAllIsACategory) {
    run({"apply", "-f", "web.yaml"});
    client_.requests.clear();
    EXPECT_EQ(shown({"get", "all", "-o", "name"}), "pod/web\n");
    EXPECT_THAT(client_.requests,
                ElementsAre("GET /api", "GET /apis", "GET /api/v1/namespaces/default/pods?limit=500",
                            "GET /api/v1/namespaces/default/services?limit=500"));
    EXPECT_THAT(shown({"get", "all"}), HasSubstr("\npod/web   0/1 "));
    EXPECT_THAT(shown({"get", "pods", "--show-kind"}), HasSubstr("\npod/web   0/1 "));
}

TEST_F(ApiVerbs, LongListsComeInPages) {
    for (const char* name : {"a", "b", "c"}) {
        env_.files["pod.yaml"] = manifest(name, "nginx:1");
        run({"apply", "-f", "pod.yaml"});
    }
    for (const char* form : {"name", "wide"}) {
        const std::string whole = shown({"get", "pods", "-o", form, "--chunk-size", "0"});
        EXPECT_EQ(client_.requests.back(), "GET /api/v1/namespaces/default/pods");
        EXPECT_EQ(shown({"get", "pods", "-o", form, "--chunk-size=2"}), whole);
        EXPECT_THAT(client_.requests.back(), HasSubstr("/pods?limit=2&continue="));
    }
    EXPECT_EQ(shown({"get", "pods", "-o", "name", "--chunk-size=1", "--sort-by", ".metadata.name"}),
              "pod/a\npod/b\npod/c\n");
}

TEST_F(ApiVerbs, GetKeepsOwnersOfFieldsWhenAsked) {
    run({"apply", "-f", "web.yaml"});
    const std::vector<std::string> args{"get", "pod", "web", "-o",
                                        "jsonpath={.metadata.managedFields[0].manager}"};
    EXPECT_THAT(shown(args), testing::Not(HasSubstr("kubectl")));
    std::vector<std::string> all = args;
    all.push_back("--show-managed-fields");
    EXPECT_EQ(shown(all), "kubectl-client-side-apply");
}

}  // namespace
}  // namespace hooklet::cli
