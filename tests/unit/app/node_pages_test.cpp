// SPDX-License-Identifier: Apache-2.0
#include "app/node_pages.hpp"

#include "app/kubelet_configuration.hpp"
#include "app/log_folder.hpp"
#include "support/api_world.hpp"
#include "support/memory_files.hpp"
#include "unit/streams/fake_exchange.hpp"

#include <gmock/gmock.h>

namespace hooklet::app {
namespace {

using ::testing::HasSubstr;

struct NodePagesTest : ::testing::Test, sim::ApiWorld {
    NodePagesTest() {
        add(core("nodes", "", "box"), "{}");
        add_namespace("n");
        add(core("pods", "n", "web"),
            R"({"spec":{"nodeName":"box","containers":[{"name":"app"}]},"status":{"containerStatuses":[
            {"name":"app","state":{"waiting":{"reason":"ContainerCreating"}}}]}})");
        files.put("/var/log/syslog", {.type = FileType::regular, .content = "one\ntwo\n"});
        files.put("/var/log/pods/x.log", {.type = FileType::regular, .content = "x"});
        files.put("/var/log/out", {.type = FileType::symlink, .content = "/etc"});
        files.put("/etc/passwd", {.type = FileType::regular, .content = "secret"});
    }
    HttpReply ask(const std::string& rest, const std::string& name = "box",
                  const std::string& method = "GET") {
        HttpServerRequest request;
        request.method = method;
        request.target = "/api/v1/nodes/" + name + "/proxy" + rest;
        FakeExchange exchange(&loop.clock(), request);
        loop.run(pages.serve(&exchange, {"", name, "proxy", rest, "nodes"}));
        return exchange.reply.value_or(HttpReply{});
    }
    /// `404 404 page not found`
    std::string verdict(const std::string& rest, const std::string& name = "box") {
        const HttpReply reply = ask(rest, name);
        std::string text = std::to_string(reply.status) + " " + reply.body;
        while (text.ends_with('\n')) text.pop_back();
        return text;
    }

    sim::MemoryFiles files;
    PodLogs logs{{loop.executor(), &loop.clock(), &api, &files}, "/var/log/pods"};
    NodePages pages{{&loop.clock(), &api, &files}, &logs, "/var/log"};
};

TEST_F(NodePagesTest, AreThoseOfTheNodeWhateverItsPort) {
    EXPECT_EQ(verdict("/healthz"), "200 ok");
    EXPECT_EQ(verdict("/healthz", "box:10250"), "200 ok");
    EXPECT_THAT(ask("/pods/").body, HasSubstr(R"("name":"web")"));
    EXPECT_EQ(ask("/healthz", "other").status, 404);
    EXPECT_EQ(verdict("/none"), "404 404 page not found");
    EXPECT_EQ(verdict("/stats"), "404 404 page not found");
    EXPECT_EQ(verdict("/"), "404 404 page not found");
    EXPECT_EQ(verdict("/../healthz"), "404 404 page not found");
    EXPECT_EQ(ask("").status, 301);
    EXPECT_EQ(ask("/pods", "box", "POST").status, 405);
}

TEST_F(NodePagesTest, WaitForTheNode) {
    for (const char* page : {"/stats/summary", "/metrics/resource", "/configz"})
        EXPECT_EQ(ask(page).status, 503) << page;
}

TEST_F(NodePagesTest, LogsSayWhyThereAreNoneAsAKubeletDoes) {
    EXPECT_EQ(verdict("/containerLogs/n/none/app"), "404 pod \"none\" does not exist");
    EXPECT_EQ(verdict("/containerLogs/n/web/none"), "404 container \"none\" not found in pod \"web\"");
    EXPECT_EQ(verdict("/containerLogs/n/web/app"), "400 container \"app\" in pod \"web\" is not available");
    EXPECT_EQ(verdict("/containerLogs/n/web/app?tailLines=x"),
              R"(400 {"message": "Unable to decode query."})");
    EXPECT_EQ(verdict("/containerLogs/n/web/app?tailLines=-1"), R"(422 {"message": "Invalid request."})");
    EXPECT_EQ(verdict("/containerLogs/n/web"), "404 404 page not found");
}

TEST_F(NodePagesTest, TheMachinesLogsAreAFolder) {
    EXPECT_EQ(ask("/logs").status, 301);
    const HttpReply top = ask("/logs/");
    EXPECT_EQ(top.status, 200);
    EXPECT_EQ(top.headers.front().value, "text/html; charset=utf-8");
    EXPECT_THAT(top.body, HasSubstr("<a href=\"syslog\">syslog</a>\n"));
    EXPECT_THAT(top.body, HasSubstr("<a href=\"pods/\">pods/</a>\n"));
    EXPECT_EQ(verdict("/logs/syslog"), "200 one\ntwo");
    EXPECT_EQ(verdict("/logs/pods/x.log"), "200 x");
    EXPECT_EQ(ask("/logs/pods").headers.front().value, "pods/");
    EXPECT_EQ(ask("/logs/syslog/").headers.front().value, "../syslog");
}

TEST_F(NodePagesTest, NothingLeadsOutOfTheFolder) {
    for (const char* path : {"/logs/out/", "/logs/out/passwd", "/logs/../etc/passwd",
                             "/logs/%2e%2e/etc/passwd", "/logs/..%2fetc/passwd", "/logs/none"})
        EXPECT_EQ(verdict(path), "404 404 page not found") << path;
}

TEST(FolderPage, NamesAreEscaped) {
    EXPECT_EQ(folder_page({{"a<b>&\"c'", false}, {"x y:z", true}}),
              "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n"
              "<a href=\"a%3Cb%3E%26%22c%27\">a&lt;b&gt;&amp;&#34;c&#39;</a>\n"
              "<a href=\"x%20y%3Az/\">x y:z/</a>\n</pre>\n");
}

TEST(KubeletConfiguration, HasTheAgentsSettings) {
    PodSettings pods;
    pods.cluster_dns.servers = {"10.96.0.10"};
    pods.parallel_image_pulls = 3;
    NodeAgentSettings node;
    node.manifests = "/etc/manifests";
    node.sheet.capacity["pods"] = api::Quantity::of_units(110);
    cli::AgentOptions options;
    options.eviction_hard = "memory.available<1Gi";
    options.shutdown_grace = std::chrono::seconds{30};
    const std::string text = api::write_json(kubelet_configuration(pods, node, options));
    for (const char* member :
         {R"("staticPodPath":"/etc/manifests")", R"("clusterDNS":["10.96.0.10"])", R"("maxPods":110)",
          R"("evictionHard":{"memory.available":"1Gi"})", R"("shutdownGracePeriod":"30s")",
          R"("imageGCHighThresholdPercent":85)", R"("serializeImagePulls":false,"maxParallelImagePulls":3)",
          R"("containerLogMaxSize":"10Mi")", R"("crashLoopBackOff":{"maxContainerRestartPeriod":"5m0s"})"})
        EXPECT_THAT(text, HasSubstr(member));
}

}  // namespace
}  // namespace hooklet::app
