// SPDX-License-Identifier: Apache-2.0
#include "world_fixture.hpp"

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;

class SimNetworkTest : public WorldTest {
  protected:
    Result<HttpResponse> get(std::string host, std::uint16_t port, std::string target = "/",
                             bool tls = false) {
        HttpRequest request;
        request.tls = tls;
        request.host = std::move(host);
        request.port = port;
        request.target = std::move(target);
        return world->loop.run(world->network.http_get(request, within(30s)));
    }
    Status connect(std::string host, std::uint16_t port) {
        return world->loop.run(world->network.tcp_connect(std::move(host), port, within(30s)));
    }
    Result<GrpcHealth> health(std::string host, std::uint16_t port, std::string service) {
        const GrpcHealthRequest request{std::move(host), port, std::move(service), "test"};
        return world->loop.run(world->network.grpc_health_check(request, within(2s)));
    }
    std::string pod_ip() { return world->engine.sandboxes().begin()->second.ip; }
};

TEST_F(SimNetworkTest, AnswersByAddressAndTarget) {
    ServerBehavior server = ServerBehavior::with_status(200);
    server.answer.body = "0123456789";
    server.by_target["/missing?x=1"] = {.status = 404};
    world->network.serve("10.0.0.9", 80, server);
    world->network.serve("*", 80, ServerBehavior::redirect(302, "/there"));
    EXPECT_EQ(get("10.0.0.9", 80)->body, "0123456789");
    EXPECT_EQ(get("10.0.0.9", 80, "/missing?x=1")->status, 404);
    EXPECT_EQ(get("other.example", 80)->headers.at(0).value, "/there");
    EXPECT_EQ(world->network.requests().size(), 3U);
    EXPECT_EQ(world->history.of(Kind::http_hit).at(1).detail, "10.0.0.9:80/missing?x=1");
    EXPECT_EQ(world->history.count(Kind::http_end), 3U);
}

TEST_F(SimNetworkTest, GrpcServersSayWhatTheyAreToldTo) {
    ServerBehavior server = ServerBehavior::with_health(2);
    (*server.grpc)["db"].health = {13, "broken"};
    (*server.grpc)["slow"].never = true;
    world->network.serve("10.0.0.9", 5000, server);
    world->network.serve("10.0.0.9", 80, {});
    EXPECT_EQ(health("10.0.0.9", 5000, "")->serving_status, 2);
    EXPECT_EQ(health("10.0.0.9", 5000, "db")->grpc_message, "broken");
    EXPECT_EQ(health("10.0.0.9", 5000, "other")->grpc_status, 5);
    EXPECT_EQ(health("10.0.0.9", 5000, "slow")->grpc_status, 4);
    EXPECT_EQ(health("10.0.0.9", 80, "").error().code, Code::unavailable);
    EXPECT_EQ(health("10.0.0.9", 81, "").error().message, "connection refused");
    EXPECT_EQ(health("10.0.0.9", 0, "").error().code, Code::invalid);
    EXPECT_EQ(get("10.0.0.9", 5000).error().message, "malformed HTTP response");
    EXPECT_EQ(world->history.of(Kind::grpc_hit).at(1).detail, "10.0.0.9:5000/db");
}

TEST_F(SimNetworkTest, PortsOfContainersChangeWithTheirAge) {
    (void)running({"sim", "listen=80:503", "listen=80:200@5s", "listen=80:closed@10s",
                   "listen=5000:serving@5s", "run=20s"});
    EXPECT_EQ(get(pod_ip(), 80)->status, 503);
    EXPECT_FALSE(health(pod_ip(), 5000, ""));
    world->loop.run_for(6s);
    EXPECT_EQ(get(pod_ip(), 80)->status, 200);
    EXPECT_EQ(health(pod_ip(), 5000, "")->serving_status, 1);
    world->loop.run_for(5s);
    EXPECT_EQ(get(pod_ip(), 80).error().message, "connection refused");
    world->loop.run_for(10s);
    EXPECT_FALSE(health(pod_ip(), 5000, "")) << "the container has ended";
}

TEST_F(SimNetworkTest, FailsAsNetworksDo) {
    EXPECT_EQ(get("10.0.0.9", 80).error().message, "connection refused");
    EXPECT_EQ(get("name.example", 80).error().code, Code::not_found);
    EXPECT_EQ(connect("10.0.0.9", 80).error().code, Code::unavailable);
    EXPECT_EQ(world->history.count(Kind::net_refused), 3U);
    world->network.serve("10.0.0.9", 80, ServerBehavior::silent());
    EXPECT_EQ(get("10.0.0.9", 80).error().code, Code::deadline);
    EXPECT_TRUE(connect("10.0.0.9", 80));
    world->network.serve("10.0.0.9", 81, {.unreachable = true});
    EXPECT_EQ(connect("10.0.0.9", 81).error().code, Code::deadline);
    EXPECT_EQ(get("10.0.0.9", 81).error().code, Code::deadline);
}

TEST_F(SimNetworkTest, TlsAndPlainHttpDoNotMix) {
    world->network.serve("10.0.0.9", 80, {});
    world->network.serve("10.0.0.9", 443, {.tls = true});
    EXPECT_EQ(get("10.0.0.9", 80, "/", true).error().code, Code::conflict);
    EXPECT_EQ(get("10.0.0.9", 443, "/", true)->status, 200);
    EXPECT_EQ(get("10.0.0.9", 443)->status, 400);
}

TEST_F(SimNetworkTest, TheBodyIsCutAtTheLimit) {
    ServerBehavior server;
    server.answer.body = std::string(100, 'x');
    world->network.serve("10.0.0.9", 80, server);
    HttpRequest request;
    request.host = "10.0.0.9";
    request.body_limit = 10;
    const auto answer = world->loop.run(world->network.http_get(request, within(30s)));
    EXPECT_EQ(answer->body.size(), 10U);
    EXPECT_TRUE(answer->body_truncated);
}

TEST_F(SimNetworkTest, AServerLivesAsLongAsItsContainer) {
    const std::string id = running({"sim", "listen=8080:hang", "listen=9090:503", "run=10s"});
    EXPECT_EQ(get(pod_ip(), 9090)->status, 503);
    EXPECT_EQ(world->history.of(Kind::http_hit).at(0).id, id);
    EXPECT_EQ(world->history.of(Kind::http_hit).at(0).pod, "uid-1");
    EXPECT_EQ(get(pod_ip(), 8080).error().message, "connection reset by peer");
    world->loop.run_for(100ms);
    EXPECT_EQ(status(id).state, cri::ContainerState::exited);
    EXPECT_EQ(get(pod_ip(), 9090).error().message, "connection refused");
    EXPECT_EQ(world->history.of(Kind::net_refused).at(0).pod, "uid-1");
}

TEST_F(SimNetworkTest, ALostAnswerIsARequestThatArrived) {
    world->network.serve("10.0.0.9", 80, {});
    world->faults.force("http_get", Fault::lost_answer);
    EXPECT_EQ(get("10.0.0.9", 80).error().code, Code::unavailable);
    EXPECT_EQ(world->network.requests().size(), 1U);
    world->faults.force("http_get", Fault::error);
    EXPECT_FALSE(get("10.0.0.9", 80));
    EXPECT_EQ(world->network.requests().size(), 1U);
}

}  // namespace
}  // namespace hooklet::sim
