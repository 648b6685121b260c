// SPDX-License-Identifier: Apache-2.0
// The verbs that talk to an API, on a server in the same process.
#include "unit/cli/api_verbs.hpp"

#include "api/json.hpp"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ApiVerbs, ApplyCreatesChangesAndLeavesAlone) {
    EXPECT_EQ(shown({"apply", "-f", "web.yaml", "--dry-run", "server"}),
              "pod/web created (server dry run)\n");
    EXPECT_EQ(shown({"apply", "-f", "web.yaml"}), "pod/web created\n");
    EXPECT_EQ(shown({"apply", "-f", "web.yaml"}), "pod/web unchanged\n");
    EXPECT_EQ(shown({"apply", "-f", "web2.yaml", "--dry-run", "client"}), "pod/web configured (dry run)\n");
    EXPECT_EQ(shown({"apply", "-f", "web2.yaml"}), "pod/web configured\n");
    EXPECT_EQ(shown({"get", "pod", "web", "-o", "jsonpath={.spec.containers[0].image}"}), "nginx:2");
    EXPECT_THAT(shown({"get", "pod", "web", "-o", "yaml"}), HasSubstr("last-applied-configuration: |\n"));
}

TEST_F(ApiVerbs, ApplySaysWhatIsWrong) {
    env_.files["bad.yaml"] =
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containersx":[]}})";
    EXPECT_THAT(shown({"apply", "-f", "bad.yaml"}), HasSubstr("unknown field \"spec.containersx\""));
    env_.files["job.yaml"] = R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"}})";
    EXPECT_EQ(shown({"apply", "-f", "job.yaml"}),
              "Error from server (MethodNotAllowed): error when creating \"job.yaml\": "
              "jobs.batch are not supported yet\n[1]");
    EXPECT_EQ(shown({"apply", "-f", "none.yaml"}), "error: the path \"none.yaml\" does not exist\n[1]");
    env_.files["kind.yaml"] = R"({"apiVersion":"v1"})";
    EXPECT_EQ(shown({"apply", "-f", "kind.yaml"}), "error: kind.yaml:1: kind not set\n[1]");
}

TEST_F(ApiVerbs, GetHasTheTablesOfTheServer) {
    EXPECT_EQ(shown({"get", "pods"}), "No resources found in default namespace.\n");
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"get", "po"}),
              "NAME   READY   STATUS    RESTARTS   AGE\nweb    0/1     Pending   0          0s\n");
    EXPECT_THAT(shown({"get", "pods", "-A", "--no-headers"}), StartsWith("default   web   0/1"));
    EXPECT_EQ(shown({"get", "pods", "-o", "name", "-l", "app=web"}), "pod/web\n");
    EXPECT_EQ(shown({"get", "pods", "-o", "name", "--field-selector", "metadata.name=x"}), "");
    EXPECT_THAT(shown({"get", "pod/web", "pod/x", "-o", "wide"}),
                HasSubstr("Error from server (NotFound): pods \"x\" not found\n[1]"));
    EXPECT_EQ(shown({"get", "pod", "x", "--ignore-not-found"}), "");
    EXPECT_EQ(shown({"get", "widgets"}), "error: the server doesn't have a resource type \"widgets\"\n[1]");
    EXPECT_THAT(shown({"get", "pods", "-o", "json"}), HasSubstr("\"kind\": \"List\""));
    EXPECT_THAT(shown({"get", "pods", "-L", "app,example.com/tier"}), HasSubstr("AGE   APP   TIER\n"));
    EXPECT_THAT(shown({"get", "pods", "-L", "app", "--no-headers"}), HasSubstr(" 0s    web\n"));
}

TEST_F(ApiVerbs, GetShowsPartsAndPathsToo) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"get", "pod", "web", "--subresource", "status", "-o", "jsonpath={.status.phase}"}),
              "Pending");
    EXPECT_EQ(shown({"get", "pods", "--subresource", "status"}),
              "error: --subresource takes objects by name, and no --watch\n[1]");
    EXPECT_EQ(shown({"get", "--raw", "/readyz"}), "ok");
    EXPECT_THAT(shown({"get", "--raw", "/api/v1/namespaces/default/pods/web"}),
                StartsWith("{\"kind\":\"Pod\""));
    EXPECT_EQ(shown({"get", "--raw", "/nowhere"}).substr(0, 5), "Error");
    EXPECT_EQ(shown({"get"}), "error: name what to show: TYPE [NAME...], or --raw alone\n[1]");
}

TEST_F(ApiVerbs, GetSortsAndShowsTheColumnsThatAreAskedFor) {
    env_.files["all.yaml"] = manifest("a", "nginx:2");
    run({"apply", "-f", "all.yaml"});
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"get", "pods", "--sort-by", ".spec.containers[0].image", "-o", "name"}),
              "pod/web\npod/a\n");
    EXPECT_THAT(shown({"get", "pods", "--sort-by", "{.spec.containers[0].image}", "--no-headers"}),
                testing::MatchesRegex("web .*\na .*\n"));
    EXPECT_EQ(
        shown({"get", "pods", "-o", "custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image"}),
        "NAME   IMAGE\na      nginx:2\nweb    nginx:1\n");
    EXPECT_EQ(shown({"get", "pods", "--sort-by", ".x", "-w"}),
              "error: --watch and --sort-by do not go together\n[1]");
}

TEST_F(ApiVerbs, AWatchShowsChanges) {
    run({"apply", "-f", "web.yaml"});
    env_.interrupt_after(10s);
    EXPECT_EQ(shown({"get", "pods", "-w", "-o", "name"}), "pod/web\n[130]");
}

TEST_F(ApiVerbs, DeleteWaitsUntilItIsGone) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"delete", "pod", "web"}), "pod \"web\" deleted\n");
    EXPECT_EQ(shown({"delete", "pod", "web"}), "Error from server (NotFound): pods \"web\" not found\n[1]");
    EXPECT_EQ(shown({"delete", "-f", "web.yaml", "--ignore-not-found"}), "");
    EXPECT_EQ(shown({"delete", "pods"}), "error: resource(s) were provided, but no name was specified\n[1]");
    EXPECT_EQ(shown({"delete", "pods", "--all"}), "No resources found\n");
}

/// A command line that is refused, in kubectl's words.
struct Contradiction {
    std::vector<std::string> args;  ///< After the verb.
    std::string refusal;
    bool by_files = false;  ///< Only for verbs with -f.
    bool with_all = false;  ///< Only for verbs with --all.
};
const std::string name_beside_selector = "name cannot be provided when a selector is specified";
const std::string pair_beside_selector =
    "selectors and the all flag cannot be used when passing resource/name arguments";
const std::vector<Contradiction> contradictions{
    {{"pod", "web", "-l", "a=b"}, name_beside_selector},
    {{"pod/web", "-l", "a=b"}, pair_beside_selector},
    {{"pods,nodes", "web", "-l", "a=b"}, pair_beside_selector},
    {{"pod", "", "-l", "a=b"}, name_beside_selector},
    {{"pod", ""}, "resource name may not be empty"},
    {{"pod", "web", "-A"}, "a resource cannot be retrieved by name across all namespaces"},
    {{"pod/web", "-A"}, "a resource cannot be retrieved by name across all namespaces"},
    {{"pod", "web", "--all"}, name_beside_selector, false, true},
    {{"pod/web", "--all"}, pair_beside_selector, false, true},
    {{"pods", "--all", "-l", "a=b"}, "setting 'all' parameter but found a non empty selector. ", false, true},
    {{"pods", "--all", "--field-selector", "metadata.name=a"},
     "setting 'all' parameter but found a non empty selector. ",
     false,
     true},
    {{"-f", "web.yaml", "--field-selector", "metadata.name=a"},
     "field selectors cannot be used when a path is specified",
     true,
     true},
    {{"pod", "web", "-f", "web.yaml"},
     "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
     true},
    {{"pod/web", "-f", "web.yaml"},
     "resource/name arguments cannot be provided when a path is specified",
     true},
    {{"-f", "web.yaml", "-l", "a b"},
     "the provided selector \"a b\" is not valid: unable to parse requirement: found 'b', expected: in, "
     "notin, =, ==, !=, gt, lt",
     true},
};

TEST_F(ApiVerbs, WhatContradictsItselfIsRefused) {
    run({"apply", "-f", "web.yaml"});
    for (const std::string verb : {"get", "describe", "delete", "wait"}) {
        for (const Contradiction& one : contradictions) {
            const bool has_all = verb == "delete" || verb == "wait";
            if ((one.by_files && verb == "get") || (one.with_all && !has_all)) continue;
            std::vector<std::string> args = one.args;
            args.insert(args.begin(), verb);
            if (verb == "wait") args.insert(args.end(), {"--for", "create"});
            client_.requests.clear();
            EXPECT_EQ(shown(args), "error: " + one.refusal + "\n[1]")
                << fmt::format("{}", fmt::join(args, " "));
            EXPECT_THAT(client_.requests, testing::ElementsAre("GET /api", "GET /apis"));
        }
    }
    EXPECT_EQ(shown({"delete", "pod", "web", "--now", "--grace-period", "5"}),
              "error: --now and --grace-period cannot be specified together\n[1]");
    EXPECT_EQ(shown({"delete", "pods", "-l", " "}),
              "error: resource(s) were provided, but no name was specified\n[1]");
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "pod/web\n");
    EXPECT_EQ(shown({"get", "ns", "x", "-A"}),
              "Error from server (NotFound): namespaces \"x\" not found\n[1]");
}

TEST_F(ApiVerbs, LabelsChooseAmongTheManifests) {
    env_.files["d/a.yaml"] = manifest("a", "nginx:1");
    env_.files["d/b.yaml"] = manifest("b", "nginx:1");
    run({"apply", "-f", "d"});
    EXPECT_EQ(shown({"wait", "-f", "d", "-l", "app=b", "--for", "create"}), "pod/b condition met\n");
    EXPECT_EQ(shown({"wait", "-f", "d", "-l", "app=x", "--for", "create"}),
              "error: no matching resources found\n[1]");
    EXPECT_THAT(shown({"describe", "-f", "d", "-l", "app=b"}), StartsWith("Name:             b\n"));
    EXPECT_EQ(shown({"delete", "-f", "d", "-l", "app=x"}), "No resources found\n");
    EXPECT_EQ(shown({"delete", "-f", "d", "-l", "app=a"}), "pod \"a\" deleted\n");
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "pod/b\n");
}

TEST_F(ApiVerbs, ManifestsOfAnotherNamespaceAreRefused) {
    env_.files["other.yaml"] =
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"other"}})";
    const std::string refusal =
        "error: the namespace from the provided object \"other\" does not match the namespace \"default\". "
        "You "
        "must pass '--namespace=other' to perform this operation.\n[1]";
    const std::vector<std::vector<std::string>> cases{
        {"apply"}, {"apply", "--server-side"}, {"delete"}, {"describe"}, {"wait", "--for", "create"}};
    for (std::vector<std::string> args : cases) {
        args.insert(args.end(), {"-n", "default", "-f", "web.yaml", "-f", "other.yaml"});
        client_.requests.clear();
        EXPECT_EQ(shown(args), refusal) << args.front();
        EXPECT_THAT(client_.requests, testing::ElementsAre("GET /api", "GET /apis"));
    }
    EXPECT_EQ(
        shown({"delete", "-f", "other.yaml"}),
        "Error from server (NotFound): error when deleting \"other.yaml\": configmaps \"c\" not found\n[1]");
    EXPECT_EQ(shown({"delete", "-f", "other.yaml", "-n", "other", "--ignore-not-found"}), "");
}

TEST_F(ApiVerbs, ErrorsNameTheManifest) {
    env_.files["bad.yaml"] = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Bad_"}})";
    env_.files["widget.yaml"] = R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"}})";
    env_.files["unnamed.yaml"] = R"({"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"x-"}})";
    env_.files["-"] = manifest("piped", "nginx:1");
    EXPECT_THAT(shown({"apply", "-f", "bad.yaml"}), StartsWith("The ConfigMap \"Bad_\" is invalid: "));
    EXPECT_THAT(shown({"apply", "-f", "bad.yaml", "-f", "web.yaml"}),
                StartsWith("pod/web created\nError from server (Invalid): error when creating \"bad.yaml\": "
                           "ConfigMap \"Bad_\" is invalid: "));
    const std::string no_type =
        "error: resource mapping not found for name: \"w\" namespace: \"\" from \"widget.yaml\": no matches "
        "for "
        "kind \"Widget\" in version \"example.com/v1\"\nensure CRDs are installed first\n[1]";
    EXPECT_EQ(shown({"apply", "-f", "widget.yaml"}), no_type);
    EXPECT_EQ(shown({"delete", "-f", "widget.yaml"}), no_type);
    EXPECT_EQ(shown({"delete", "-f", "-"}),
              "Error from server (NotFound): error when deleting \"STDIN\": pods \"piped\" not found\n[1]");
    // Without a name in its path the request would delete every Pod.
    for (const char* verb : {"apply", "delete"})
        EXPECT_EQ(
            shown({verb, "-f", "unnamed.yaml"}),
            "error: from \"unnamed.yaml\": resource name may not be empty; objects with generateName can "
            "only be created\n[1]");
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "pod/web\n");
}

TEST_F(ApiVerbs, APatchThatTheServerRefusesIsShownAsARequest) {
    run({"apply", "-f", "web.yaml"});
    env_.files["typo.yaml"] =
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"}},)"
        R"("spec":{"containers":[{"name":"c","image":"nginx:1"}],"nodeNamex":"y"}})";
    EXPECT_THAT(shown({"apply", "-f", "typo.yaml"}),
                testing::AllOf(StartsWith("The request is invalid: patch: Invalid value: \"map[metadata:"),
                               HasSubstr("strict decoding error: unknown field \"spec.nodeNamex\"")));
}

TEST_F(ApiVerbs, ADryRunDeletesNothing) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"delete", "pod", "web", "--dry-run", "client"}), "pod \"web\" deleted (dry run)\n");
    EXPECT_EQ(shown({"delete", "pod", "web", "--dry-run", "server"}),
              "pod \"web\" deleted (server dry run)\n");
    EXPECT_EQ(shown({"get", "pods", "-o", "name"}), "pod/web\n");
}

TEST_F(ApiVerbs, WaitForWhatIsOrWillBe) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_EQ(shown({"wait", "pod/web", "--for", "jsonpath={.status.phase}=Pending"}),
              "pod/web condition met\n");
    EXPECT_EQ(shown({"wait", "pod/web", "--for", "condition=Ready", "--timeout", "3s"}),
              "error: timed out waiting for the condition on pods/web\n[1]");
    EXPECT_EQ(shown({"wait", "pod/x", "--for", "delete"}), "pod/x condition met\n");
    EXPECT_EQ(shown({"wait", "pod/x", "--for", "condition=Ready"}),
              "Error from server (NotFound): pods \"x\" not found\n[1]");
}

TEST_F(ApiVerbs, DescribeFindsNamesByTheirBeginning) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_THAT(shown({"describe", "pod", "we"}), StartsWith("Name:             web\n"));
    EXPECT_EQ(shown({"describe", "pod", "x"}), "Error from server (NotFound): pods \"x\" not found\n[1]");
    EXPECT_THAT(shown({"describe", "pods"}), HasSubstr("\nHooks:  "));
    EXPECT_THAT(shown({"describe", "-f", "web.yaml"}), StartsWith("Name:             web\n"));
    EXPECT_EQ(shown({"describe"}), "error: You must specify the type of resource to get.\n[1]");
}

TEST_F(ApiVerbs, DescribeTellsOfWhatBelongsToTheObject) {
    env_.files["svc.yaml"] =
        R"({"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"svc"},
         "spec":{"clusterIP":"None","ports":[{"port":80,"targetPort":8080}]}},
        {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"svc"},
         "subsets":[{"addresses":[{"ip":"192.0.2.1"}],"ports":[{"port":8080}]}]},
        {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"l"},
         "spec":{"limits":[{"type":"Pod","max":{"cpu":"2"}}]}},
        {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default"}}]})";
    EXPECT_EQ(run({"apply", "-f", "svc.yaml"}), exit_ok) << env_.errors;
    EXPECT_THAT(shown({"describe", "svc", "svc"}), HasSubstr("\nEndpoints:                192.0.2.1:8080\n"));
    EXPECT_THAT(shown({"describe", "ns", "default"}),
                HasSubstr("\nNo resource quota.\n\nResource Limits\n Type  Resource  Min  Max "));
}

TEST_F(ApiVerbs, DescribeSaysWhenThereIsNothing) {
    EXPECT_EQ(shown({"describe", "pods", "-l", "app=zz"}), "No resources found in default namespace.\n");
    EXPECT_EQ(shown({"describe", "pods", "-A"}), "No resources found\n");
    EXPECT_EQ(shown({"describe", "-f", "web.yaml", "-l", "app=zz"}),
              "No resources found in default namespace.\n");
}

TEST_F(ApiVerbs, DescribeLeavesEventsOutThatNobodyWants) {
    run({"apply", "-f", "web.yaml"});
    EXPECT_THAT(shown({"describe", "pod", "web"}), HasSubstr("\nEvents:"));
    for (const char* option : {"--show-events=false", "--no-show-events"}) {
        client_.requests.clear();
        EXPECT_THAT(shown({"describe", "pod", "web", option}), testing::Not(HasSubstr("\nEvents:")));
        EXPECT_THAT(client_.requests, testing::Not(testing::Contains(HasSubstr("/events"))));
    }
    env_.files["secret.yaml"] = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})";
    run({"apply", "-f", "secret.yaml"});
    EXPECT_THAT(shown({"describe", "secret", "s"}), testing::Not(HasSubstr("Events:")));
}

TEST_F(ApiVerbs, EventsOfAnObject) {
    EXPECT_EQ(shown({"events"}), "No events found in default namespace.\n");
    env_.files["event.yaml"] =
        R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"default"},
        "involvedObject":{"kind":"Pod","namespace":"default","name":"web"},"reason":"Started","message":"it runs","type":"Normal",
        "firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:00Z","count":1})";
    run({"apply", "-f", "event.yaml"});
    EXPECT_THAT(shown({"events", "--for", "pod/web"}), HasSubstr("Normal   Started   Pod/web   it runs\n"));
    EXPECT_EQ(shown({"events", "--for", "pod/x"}), "No events found in default namespace.\n");
    EXPECT_EQ(shown({"events", "--types", "Warning", "--no-headers"}),
              "No events found in default namespace.\n");
}

TEST_F(ApiVerbs, EventsAsDocumentsAreOneList) {
    EXPECT_EQ(shown({"events", "-o", "jsonpath={.kind} {.items}"}), "List []");
    for (const char* name : {"e", "f"}) {
        env_.files["event.yaml"] = fmt::format(
            R"({{"apiVersion":"v1","kind":"Event","metadata":{{"name":"{}","namespace":"default"}},
            "involvedObject":{{"kind":"Pod","namespace":"default","name":"web"}},"reason":"Started"}})",
            name);
        run({"apply", "-f", "event.yaml"});
    }
    const std::string json = shown({"events", "-o", "json"});
    EXPECT_TRUE(api::parse_json(json)) << json;
    EXPECT_EQ(shown({"events", "-o", "jsonpath={.kind} {.items[*].kind} {.items[*].metadata.name}"}),
              "List Event Event e f");
    const std::string yaml = shown({"events", "-o", "yaml"});
    EXPECT_THAT(yaml, StartsWith("apiVersion: v1\nitems:\n"));
    EXPECT_THAT(yaml, testing::Not(HasSubstr("---\n")));
    EXPECT_EQ(shown({"events", "-o", "custom-columns=NAME:.metadata.name", "--no-headers"}), "e\nf\n");
    EXPECT_EQ(shown({"events", "-o", "name"}), "event/e\nevent/f\n");
}

TEST_F(ApiVerbs, ExecTakesThePodOfAFile) {
    run({"apply", "-f", "web.yaml"});
    // Nothing streams here.
    EXPECT_NE(run({"exec", "-f", "web.yaml", "--", "date", "+%s"}), exit_ok);
    EXPECT_THAT(client_.requests.back(),
                HasSubstr("/pods/web/exec?container=c&command=date&command=%2B%25s&"));
    env_.files["cm.yaml"] = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm"}})";
    EXPECT_EQ(shown({"exec", "-f", "cm.yaml", "--", "date"}), "error: cm.yaml is no Pod\n[1]");
    EXPECT_THAT(shown({"exec", "-f", "web.yaml"}), HasSubstr("COMMAND is required"));
    EXPECT_THAT(shown({"exec"}), HasSubstr("POD is required"));
}

TEST_F(ApiVerbs, WithoutAnAgentTheySayWhatToDo) {
    env_.api = nullptr;
    EXPECT_EQ(shown({"get", "pods", "--root", "/r"}),
              "hooklet: no agent is running here (/r/run/api.sock: No such file or directory)\n"
              "Start one with 'hooklet agent' (as a service: 'systemctl start hooklet'), name its\n"
              "directory with --root DIR, or another API with --kubeconfig FILE.\n[1]");
}

TEST_F(ApiVerbs, AKubeconfigNamesAnotherApi) {
    env_.files["k"] =
        R"({"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","namespace":"n"}}],
        "clusters":[{"name":"k","cluster":{"server":"https://192.0.2.9:6443"}}]})";
    EXPECT_EQ(shown({"get", "pods", "--kubeconfig", "k"}), "No resources found in n namespace.\n");
    EXPECT_EQ(env_.asked->host, "192.0.2.9");
    EXPECT_EQ(client_.requests.back(), "GET /api/v1/namespaces/n/pods?limit=500");
    EXPECT_EQ(shown({"get", "pods", "--kubeconfig", "x"}), "error: stat x: no such file or directory\n[1]");
    EXPECT_EQ(shown({"get", "pods", "--kubeconfig", "k", "--context", "x"}),
              "Error in configuration: context was not found for specified context: x\n[1]");
    env_.files["/people/me/.kube/config"] = R"({"clusters":[{"name":"m","cluster":{"server":"http://m"}}]})";
    env_.variables["HOME"] = "/people/me";
    run({"get", "pods", "--cluster", "m"});
    EXPECT_EQ(env_.asked->host, "m");
    env_.variables["KUBECONFIG"] = "/none:k:/people/me/.kube/config";
    EXPECT_EQ(shown({"get", "pods", "--context", "c"}), "No resources found in n namespace.\n");
    EXPECT_EQ(env_.asked->host, "192.0.2.9");
    run({"get", "pods"});
    EXPECT_EQ(env_.asked->socket, "/run/api.sock") << "without a word the agent's own";
}

TEST_F(ApiVerbs, AProgramGivesCredentials) {
    env_.files["k"] =
        R"({"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],
        "clusters":[{"name":"k","cluster":{"server":"https://[::1]:6443"}}],
        "users":[{"name":"u","user":{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"login",
        "interactiveMode":"Never","provideClusterInfo":true}}}]})";
    const std::vector<std::string> args{"get", "pods", "--kubeconfig", "k"};
    const std::string failed = "Unable to connect to the server: getting credentials: ";
    EXPECT_EQ(shown(args), failed + "exec: No such file or directory\n[1]");
    env_.program = ProgramOutput{.exit_code = 3, .err = "who are you?\n"};
    EXPECT_EQ(shown(args), "who are you?\n" + failed + "exec: executable login failed with exit code 3\n[1]");
    env_.program = ProgramOutput{.out = "{}"};
    EXPECT_THAT(shown(args), StartsWith(failed + "exec plugin is configured to use API version "));
    EXPECT_TRUE(client_.requests.empty());
    env_.program = ProgramOutput{
        .out = R"({"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"secret"}})"};
    EXPECT_EQ(shown(args), "No resources found in default namespace.\n");
    EXPECT_THAT(client_.headers, testing::Contains(HttpHeader{"Authorization", "Bearer secret"}));
    EXPECT_THAT(env_.ran, testing::Contains(HasSubstr(R"("cluster":{"server":"https://[::1]:6443"})")));
}

}  // namespace
}  // namespace hooklet::cli
