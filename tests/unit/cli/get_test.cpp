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

TEST_F(ApiVerbs, GoTemplatesAreFilledIn) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"get", "pod", "web", "-o", "go-template={{.kind}} {{.metadata.name}}"}), "Pod web");
    EXPECT_EQ(shown({"get", "pods", "--template", "{{.kind}}{{range .items}} {{.metadata.name}}{{end}}"}),
              "List web");
    env_.files["t"] = "{{range .spec.containers}}{{.image}}\n{{end}}";
    for (const char* form : {"go-template-file", "templatefile"}) {
        EXPECT_EQ(shown({"get", "pod", "web", "-o", form + std::string("=t")}), "nginx:1\n");
        EXPECT_EQ(shown({"get", "pod", "web", "-o", form, "--template", "t"}), "nginx:1\n");
    }
    env_.files["p"] = "{.metadata.name}";
    EXPECT_EQ(shown({"get", "pod", "web", "-o", "jsonpath-file=p"}), "web");
    EXPECT_EQ(shown({"get", "pod", "web", "-o", "jsonpath", "--template={.kind}"}), "Pod");
    EXPECT_EQ(shown({"apply", "-f", "web2.yaml", "-o", "go-template={{(index .spec.containers 0).image}}"}),
              "nginx:2");
    EXPECT_EQ(shown({"events", "-o", "go-template={{len .items}}"}), "0");
}

TEST_F(ApiVerbs, GoTemplatesThatCannotBeFilledIn) {
    run({"apply", "-f", "web.yaml"});
    const std::vector<std::string> pod{"get", "pod", "web", "-o"};
    const auto with = [&pod](const std::string& form) {
        std::vector<std::string> args = pod;
        args.push_back(form);
        return args;
    };
    for (const char* form : {"go-template", "template=", "jsonpath="})
        EXPECT_EQ(shown(with(form)), "error: template format specified but no template given\n[1]");
    EXPECT_EQ(shown(with("go-template={{.a")),
              "error: error parsing template {{.a, template: output:1: unclosed action\n[1]");
    EXPECT_EQ(shown(with("go-template-file=x")),
              "error: error reading --template x, open x: no such file or directory\n[1]");
    const std::string why =
        "template: output:1:17: executing \"output\" at <.kind.a>: can't evaluate field a in type interface "
        "{}";
    const std::string failed = shown(with("go-template={{.kind}} {{.kind.a}}"));
    EXPECT_THAT(failed, testing::StartsWith("Pod Error executing template: " + why + ". Printing more"));
    EXPECT_THAT(failed, testing::EndsWith(
                            "error: error executing template \"{{.kind}} {{.kind.a}}\": " + why + "\n[1]"));
    EXPECT_THAT(failed, HasSubstr("\traw data was:\n\t\t{\"apiVersion\":\"v1\","));
    EXPECT_THAT(failed, HasSubstr("\tobject given to template engine was:\n\t\tmap[apiVersion:v1 "));
}

}  // namespace
}  // namespace hooklet::cli
