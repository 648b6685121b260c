// SPDX-License-Identifier: Apache-2.0
#include "probes/prober.hpp"

#include "unit/probes/probes_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using Verdict = ProbeReport::Verdict;

class ProberTest : public ProbesTest {
  protected:
    ProbeReport probe(api::Probe spec, CancelToken cancel = {}) {
        const Prober prober(ports());
        return world->loop.run(prober.probe(std::move(spec), target, std::move(cancel)));
    }
    void expect(const api::Probe& spec, Verdict verdict, const std::string& output) {
        const ProbeReport report = probe(spec);
        EXPECT_EQ(report.verdict, verdict);
        EXPECT_EQ(report.output, output);
    }
    std::string address(std::uint16_t port) { return target.host + ":" + std::to_string(port); }
};

TEST_F(ProberTest, ExecGivesItsOutputWhateverItsExitCode) {
    start_app();
    expect(exec({"sim", "stdout=out", "stderr=err"}), Verdict::success, "outerr");
    expect(exec({"sim", "exit=3", "stdout=out", "stderr=err"}), Verdict::failure, "outerr");
}

TEST_F(ProberTest, ExecKeeps10KiBOfOutput) {
    start_app();
    world->engine.on_exec("print", {.stdout_ = std::string(20'000, 'a'), .stderr_ = "b"});
    EXPECT_EQ(probe(exec({"print"})).output, std::string(10'240, 'a'));
}

TEST_F(ProberTest, P8_AnExecOverItsTimeFailsAndIsEnded) {
    start_app();
    world->engine.on_exec("sh -c sleep 10", {.takes = 10s});
    const Duration begun = world->loop.clock().elapsed();
    expect(exec({"sh", "-c", "sleep 10"}), Verdict::failure,
           "command timed out: \"sh -c sleep 10\" timed out after 1s");
    EXPECT_THAT(world->loop.clock().elapsed() - begun, AllOf(Ge(1s), Le(1100ms)));
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
}

TEST_F(ProberTest, ExecErrorsAreTriedThreeTimesAndSayNothing) {
    start_app();
    const ProbeReport report = probe(exec({"badcommand"}));
    EXPECT_EQ(report.verdict, Verdict::error);
    EXPECT_THAT(report.output, HasSubstr("executable file not found"));
    EXPECT_EQ(world->history.count(Kind::exec_refused), 3U);
}

TEST_F(ProberTest, AnErrorThatPassesIsForgotten) {
    start_app();
    world->faults.force("exec_sync", Fault::error);
    world->faults.force("exec_sync", Fault::error);
    expect(exec({"true"}), Verdict::success, "");
}

TEST_F(ProberTest, CancellingEndsTheCommandAndTheAttempts) {
    start_app();
    CancelSource source;
    const Timer timer = world->loop.clock().after(500ms, [&] { source.cancel(); });
    (void)probe(exec({"sleep", "infinity"}), source.token());
    EXPECT_EQ(world->history.count(Kind::exec_begin), 1U);
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
}

TEST_F(ProberTest, ExecExpandsWhatStandsInTheManifest) {
    start_app();
    auto& env = target.container.env;
    env = {{.name = "A", .value = "one"},
           {.name = "B", .value = "$(A)"},
           {.name = "C"},
           {.name = "A", .value = "two"}};
    env[2].valueFrom.emplace();
    (void)probe(exec({"sim", "stdout=$(A)-$(B)-$(C)-$(D)-$$(A)"}));
    EXPECT_EQ(world->history.of(Kind::exec_begin).at(0).detail, "sim stdout=two-$(A)--$(D)-$(A)");
}

TEST_F(ProberTest, HttpSucceedsWith200To399) {
    start_app({"sim", "listen=80:200", "listen=81:399", "listen=82:199", "listen=83:400", "listen=84:500"});
    EXPECT_EQ(probe(http(80)).verdict, Verdict::success);
    EXPECT_EQ(probe(http(81)).verdict, Verdict::warning);
    expect(http(83), Verdict::failure, "HTTP probe failed with statuscode: 400");
    expect(http(84), Verdict::failure, "HTTP probe failed with statuscode: 500");
    EXPECT_EQ(probe(http(82)).verdict, Verdict::failure);
}

TEST_F(ProberTest, HttpAsksAsTheKubeletDoes) {
    start_app({"sim", "listen=80"});
    api::Probe spec = http(80, "/up?full=1");
    spec.httpGet->httpHeaders = {{"Host", "a.example"}, {"X-Mine", "1"}};
    (void)probe(spec);
    const HttpRequest& request = world->network.requests().at(0).request;
    EXPECT_EQ(request.target, "/up?full=1");
    EXPECT_THAT(
        request.headers,
        testing::ElementsAre(HttpHeader{"Host", "a.example"}, HttpHeader{"X-Mine", "1"},
                             HttpHeader{"User-Agent", "kube-probe/1.34"}, HttpHeader{"Accept", "*/*"}));
    EXPECT_EQ(request.body_limit, 10'240U);
}

TEST_F(ProberTest, HttpFailuresAreGosWords) {
    start_app({"sim", "listen=80:hang", "listen=81:http"});
    expect(http(9), Verdict::failure,
           "Get \"http://" + address(9) + "/\": dial tcp " + address(9) + ": connect: connection refused");
    expect(http(80), Verdict::failure,
           "Get \"http://" + address(80) +
               "/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    api::Probe tls = http(81);
    tls.httpGet->scheme = "HTTPS";
    expect(tls, Verdict::failure,
           "Get \"https://" + address(81) + "/\": http: server gave HTTP response to HTTPS client");
}

TEST_F(ProberTest, P9_ARedirectToAnotherHostIsAWarning) {
    start_app();
    ServerBehavior server = ServerBehavior::redirect(302, "http://other.example/");
    server.answer.body = "moved";
    world->network.serve(target.host, 80, server);
    expect(http(80), Verdict::warning, "Probe terminated redirects, Response body: moved");
}

TEST_F(ProberTest, P10_ARedirectOnTheSameHostCounts) {
    start_app();
    ServerBehavior server = ServerBehavior::redirect(302, "/down");
    server.by_target["/down"] = {.status = 500};
    world->network.serve(target.host, 80, server);
    expect(http(80), Verdict::failure, "HTTP probe failed with statuscode: 500");
}

TEST_F(ProberTest, TenRedirectsAreFollowed) {
    start_app();
    world->network.serve(target.host, 80, ServerBehavior::redirect(302, "/again"));
    expect(http(80), Verdict::failure, "Get \"http://" + address(80) + "/\": stopped after 10 redirects");
    EXPECT_EQ(world->network.requests().size(), 11U);
}

TEST_F(ProberTest, TcpConnects) {
    start_app({"sim", "listen=80:hang"});
    target.container.ports.emplace_back().name = "web";
    target.container.ports[0].containerPort = 80;
    expect(tcp(80), Verdict::success, "");
    expect(tcp("web"), Verdict::success, "");
}

TEST_F(ProberTest, P12_TcpFailuresAreGosWords) {
    start_app();
    expect(tcp(9), Verdict::failure, "dial tcp " + address(9) + ": connect: connection refused");
    world->network.serve(target.host, 80, {.unreachable = true});
    expect(tcp(80), Verdict::failure, "dial tcp " + address(80) + ": i/o timeout");
}

TEST_F(ProberTest, PortsThatAreNoneAreErrors) {
    start_app();
    expect(tcp("web"), Verdict::error, "couldn't find port: \"web\" in container c");
    EXPECT_EQ(probe(http(0)).verdict, Verdict::error);
}

TEST_F(ProberTest, P11_GrpcAsksForHealth) {
    start_app({"sim", "listen=5000:serving", "listen=5001:not-serving", "listen=80"});
    expect(grpc(5000), Verdict::success, "");
    expect(grpc(5001), Verdict::failure, "service unhealthy (responded with \"NOT_SERVING\")");
    expect(grpc(5000, "db"), Verdict::failure,
           "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service");
    EXPECT_EQ(probe(grpc(80)).verdict, Verdict::failure);
}

TEST_F(ProberTest, GrpcConnectsAndAnswersInOneTime) {
    start_app();
    const std::string there = "\"" + address(5000) + "\"";
    expect(grpc(5000), Verdict::failure,
           "error: failed to connect service at " + there + ": dial tcp " + address(5000) +
               ": connect: connection refused");
    world->network.serve(target.host, 5000, {.unreachable = true});
    expect(grpc(5000), Verdict::failure,
           "timeout: failed to connect service " + there + " within 1s: context deadline exceeded");
    ServerBehavior silent = ServerBehavior::with_health(1);
    silent.grpc->at("").never = true;
    world->network.serve(target.host, 5000, silent);
    expect(grpc(5000), Verdict::failure, "timeout: health rpc did not complete within 1s");
}

}  // namespace
}  // namespace hooklet::sim
