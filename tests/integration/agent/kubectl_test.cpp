// SPDX-License-Identifier: Apache-2.0
// Real kubectl against `hooklet agent` and a real containerd.
#include "integration/agent/kubectl_fixture.hpp"

#include <csignal>
#include <functional>

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(KubectlTest, ShowsWhatTheApiHas) {
    EXPECT_THAT(ok("get --raw /readyz"), HasSubstr("ok"));
    EXPECT_THAT(ok("version"), HasSubstr("Server Version: v1.34"));
    EXPECT_THAT(ok("api-resources"), AllOf(HasSubstr("pods"), HasSubstr("configmaps"), HasSubstr("leases")));
    EXPECT_THAT(ok("auth whoami"), HasSubstr("system:masters"));
    EXPECT_THAT(ok("auth can-i delete pods"), HasSubstr("yes"));
    EXPECT_THAT(ok("get namespaces"), AllOf(HasSubstr("default"), HasSubstr("kube-node-lease")));
    EXPECT_THAT(ok("wait --for=condition=Ready node/box --timeout=30s"), HasSubstr("condition met"));
    EXPECT_THAT(ok("get nodes"), AllOf(HasSubstr("box"), HasSubstr("Ready"), HasSubstr("v1.34")));
    EXPECT_THAT(ok("explain pod.spec.containers.lifecycle"), HasSubstr("preStop"));
}

TEST_F(KubectlTest, APodsWholeLife) {
    EXPECT_EQ(ok("apply -f -", pod("life", polite)), "pod/life created\n");
    EXPECT_EQ(ok("apply -f -", pod("life", polite)), "pod/life unchanged\n");
    ok("wait --for=condition=Ready pod/life --timeout=50s");
    EXPECT_THAT(ok("get pod life"), HasSubstr("1/1     Running"));
    EXPECT_THAT(ok("get pod life -o wide"), HasSubstr("box"));
    EXPECT_EQ(ok("get pod life -o jsonpath={.status.phase}"), "Running");
    EXPECT_THAT(ok("label pod life tier=web"), HasSubstr("labeled"));
    EXPECT_THAT(ok("get pods -l tier=web -o name"), HasSubstr("pod/life"));
    EXPECT_THAT(ok("annotate pod life note=x"), HasSubstr("annotated"));
    EXPECT_THAT(ok("patch pod life -p '{\"metadata\":{\"labels\":{\"tier\":\"db\"}}}'"),
                HasSubstr("patched"));
    EXPECT_THAT(ok("describe pod life"), AllOf(HasSubstr("Scheduled"), HasSubstr("Successfully assigned"),
                                               HasSubstr("Created"), HasSubstr("Started")));
    EXPECT_THAT(ok("events --for pod/life"), HasSubstr("Started"));
    EXPECT_THAT(ok("delete pod life"), HasSubstr("pod \"life\" deleted"));
    EXPECT_THAT(kubectl("get pod life").out, HasSubstr("pods \"life\" not found"));
}

TEST_F(KubectlTest, LogsExecAndCopies) {
    ok("create -f -", pod("talker", "echo hello; echo world; " + std::string(polite)));
    ok("wait --for=condition=Ready pod/talker --timeout=50s");
    EXPECT_EQ(ok("logs talker"), "hello\nworld\n");
    EXPECT_EQ(ok("logs talker --tail=1"), "world\n");
    EXPECT_EQ(ok("exec talker -- echo inside"), "inside\n");
    EXPECT_EQ(ok("exec -i talker -- cat", "through stdin"), "through stdin");
    EXPECT_EQ(kubectl("exec talker -- sh -c 'exit 7'").code, 7);
    ok("delete pod talker --now");
    EXPECT_THAT(kubectl("get --raw /api/v1/namespaces/default/pods/nobody/log").out,
                HasSubstr("pods \"nobody\" not found"));
    EXPECT_THAT(ok("get --raw /readyz"), HasSubstr("ok"));
}

TEST_F(KubectlTest, AFailedHookIsTold) {
    const std::string lifecycle =
        "      lifecycle:\n        postStart:\n          exec:\n            command: [badcommand]\n";
    ok("create -f -", pod("bad", polite, lifecycle));
    ok("wait --for=jsonpath='{.status.containerStatuses[0].restartCount}'=1 pod/bad --timeout=50s");
    EXPECT_THAT(ok("describe pod bad"), AllOf(HasSubstr("FailedPostStartHook"), HasSubstr("Killing")));
    ok("delete pod bad --now");
}

/// `kubectl patch` of the container's resources.
std::string resize_of(const std::string& pod, const std::string& resources) {
    return "patch pod " + pod +
           R"( --subresource resize -p '{"spec":{"containers":[{"name":"main","resources":)" + resources +
           "}]}}'";
}

TEST_F(KubectlTest, ResizesAPodInPlace) {
    const std::string small =
        "      resources:\n        requests: {cpu: 100m, memory: 64Mi}\n        limits: {memory: 64Mi}\n";
    ok("create -f -", pod("grow", polite, small));
    ok("wait --for=condition=Ready pod/grow --timeout=50s");
    ok(resize_of("grow", R"({"requests":{"cpu":"150m","memory":"80Mi"},"limits":{"memory":"80Mi"}})"));
    ok("wait --for=jsonpath='{.status.containerStatuses[0].resources.limits.memory}'=80Mi pod/grow "
       "--timeout=30s");
    const std::string limit =
        "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true";
    EXPECT_EQ(ok("exec grow -- sh -c '" + limit + "'"), "83886080\n");
    EXPECT_EQ(ok("get pod grow -o jsonpath='{.status.containerStatuses[0].restartCount}'"), "0");
    EXPECT_THAT(ok("describe pod grow"), AllOf(HasSubstr("ResizeStarted"), HasSubstr("ResizeCompleted")));
    ok(resize_of("grow", R"({"requests":{"cpu":"1000"}})"));
    ok("wait --for=condition=PodResizePending pod/grow --timeout=30s");
    EXPECT_THAT(ok("describe pod grow"), HasSubstr("ResizeInfeasible"));
    ok("delete pod grow --now");
}

TEST_F(KubectlTest, RefusesWhatIsWrong) {
    const Answer typo = kubectl("create -f -", pod("typo", "true", "      comand: [x]\n"));
    EXPECT_EQ(typo.code, 1);
    EXPECT_THAT(typo.out, HasSubstr("unknown field \"spec.containers[0].comand\""));
    const Answer name = kubectl("create -f -", pod("Bad_Name", "true"));
    EXPECT_EQ(name.code, 1);
    EXPECT_THAT(name.out, HasSubstr("metadata.name: Invalid value: \"Bad_Name\""));
}

TEST_F(KubectlTest, NamespacesComeAndGoWithTheirContent) {
    ok("create namespace shop");
    ok("create configmap prices -n shop --from-literal=tea=3");
    EXPECT_THAT(ok("get configmap -n shop"), HasSubstr("prices"));
    ok("wait --for=create serviceaccount/default -n shop --timeout=20s");
    ok("delete namespace shop --timeout=50s");
    EXPECT_THAT(kubectl("get namespace shop").out, HasSubstr("not found"));
}

class RestartTest : public KubectlTest {
  protected:
    /// Starts a Pod, lets `end` end the agent, starts the next one and checks that nobody touched the Pod.
    static void expect_untouched(const std::function<void()>& end) {
        const std::string id = "get pod survivor -o jsonpath={.status.containerStatuses[0].containerID}";
        const std::string restarts =
            "get pod survivor -o jsonpath={.status.containerStatuses[0].restartCount}";
        ok("create -f -", pod("survivor", polite));
        ok("wait --for=condition=Ready pod/survivor --timeout=50s");
        const std::string before = ok(id);
        end();
        start_agent();
        EXPECT_EQ(ok(id), before);
        EXPECT_EQ(ok("exec survivor -- echo alive"), "alive\n");
        EXPECT_EQ(ok(restarts), "0");
        ok("delete pod survivor");
    }
};

TEST_F(RestartTest, PodsLiveThroughARestartOfTheAgent) {
    expect_untouched([] { stop_agent(); });
}

TEST_F(RestartTest, PodsLiveThroughTheDeathOfTheAgent) {
    expect_untouched([] {
        agent_->signal(SIGKILL);
        EXPECT_EQ(agent_->wait(), 128 + SIGKILL);
    });
}

TEST_F(KubectlTest, ServicesHaveAddressesAndPodsKnowThem) {
    ok("create service clusterip shop --tcp=8080:80");
    EXPECT_THAT(ok("get service shop"), HasSubstr("10.96."));
    ok("create -f -", pod("client", "env | sort | grep ^SHOP_SERVICE_PORT=; " + std::string(polite)));
    ok("wait --for=condition=Ready pod/client --timeout=50s");
    EXPECT_EQ(ok("logs client"), "SHOP_SERVICE_PORT=8080\n");
    ok("label pod client app=shop --overwrite");
    ok("wait --for=jsonpath='{.subsets[0].addresses[0].targetRef.name}'=client endpoints/shop --timeout=20s");
    EXPECT_EQ(ok("get endpoints shop -o jsonpath='{.subsets[0].ports[0].port}'"), "80");
    const std::string slices = "get endpointslices -l kubernetes.io/service-name=shop -o ";
    EXPECT_EQ(ok(slices + "jsonpath='{.items[*].endpoints[*].targetRef.name}'"), "client");
    ok("delete pod client --now");
    ok("delete service shop");
    ok("wait --for=delete endpoints/shop --timeout=20s");
}

}  // namespace
}  // namespace hooklet::testing
