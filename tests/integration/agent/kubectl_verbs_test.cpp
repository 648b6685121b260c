// SPDX-License-Identifier: Apache-2.0
// What people type: every verb of kubectl that does not belong to workload kinds.
#include "integration/agent/kubectl_fixture.hpp"

#include <filesystem>

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// A Pod that serves a page, and says what it reads.
constexpr const char* serves =
    "mkdir /www; echo a page > /www/index.html; httpd -p 80 -h /www; echo up; "
    "trap 'exit 0' TERM; while :; do read word && echo got $word || sleep 0.1; done";

std::string config_map(const std::string& name, const std::string& value, const std::string& group = "shop") {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n  labels: {group: " + group +
           "}\ndata:\n  tea: \"" + value + "\"\n---\n";
}

/// A ConfigMap that belongs to the other.
std::string owned_by(const std::string& owner, const std::string& uid) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: child-of-" + owner +
           "\n  ownerReferences:\n    - {apiVersion: v1, kind: ConfigMap, name: " + owner + ", uid: " + uid +
           ", blockOwnerDeletion: true}\n";
}

class KubectlVerbs : public KubectlTest {
  protected:
    static std::string tea(const std::string& name = "a") {
        return ok("get configmap " + name + " -o jsonpath={.data.tea}");
    }
    static void wait_for(const std::string& pod) {
        ok("wait --for=condition=Ready pod/" + pod + " --timeout=50s");
    }
};

void expect_failure(const Answer& answer, const std::string& text) {
    EXPECT_EQ(answer.code, 1) << answer.out;
    EXPECT_THAT(answer.out, HasSubstr(text));
}

TEST_F(KubectlVerbs, WriteObjects) {
    const std::string both = config_map("a", "1") + config_map("b", "1");
    EXPECT_EQ(ok("apply -f -", both), "configmap/a created\nconfigmap/b created\n");
    EXPECT_EQ(ok("apply -f -", both), "configmap/a unchanged\nconfigmap/b unchanged\n");
    const Answer changes = kubectl("diff -f -", config_map("a", "2"));
    EXPECT_EQ(changes.code, 1);
    EXPECT_THAT(changes.out, AllOf(HasSubstr("-  tea: \"1\""), HasSubstr("+  tea: \"2\"")));
    EXPECT_EQ(ok("apply -f -", config_map("a", "2") + config_map("b", "1")),
              "configmap/a configured\nconfigmap/b unchanged\n");
    // The kinds that old ones look for by themselves have gone from the API since.
    const std::string kinds = minor() < 26 ? " --prune-whitelist=core/v1/ConfigMap" : "";
    EXPECT_THAT(ok("apply --prune -l group=shop -f -" + kinds, config_map("a", "2")),
                HasSubstr("configmap/b pruned"));
    expect_failure(kubectl("create -f -", config_map("a", "3")), "configmaps \"a\" already exists");
    EXPECT_EQ(ok("replace -f -", config_map("a", "4")), "configmap/a replaced\n");
    EXPECT_THAT(ok("replace --force -f -", config_map("a", "5")), HasSubstr("configmap/a replaced"));
    EXPECT_EQ(tea(), "5");
    EXPECT_THAT(script("EDITOR='sed -i s/tea:.*/tea:\\ edited/' kubectl edit configmap a"),
                HasSubstr("configmap/a edited"));
    EXPECT_EQ(tea(), "edited");
    ok(R"(patch configmap a --type json -p '[{"op": "replace", "path": "/data/tea", "value": "by json"}]')");
    EXPECT_EQ(tea(), "by json");
    ok(R"(patch configmap a --type merge -p '{"data": {"tea": null, "milk": "1"}}')");
    EXPECT_EQ(ok("get configmap a -o jsonpath={.data}"), R"({"milk":"1"})");
    ok(R"(patch configmap a --type strategic -p '{"data": {"tea": "again"}}')");
    EXPECT_THAT(ok("label configmap a group=bar --overwrite"), HasSubstr("labeled"));
    EXPECT_THAT(ok("annotate configmap a note=here"), HasSubstr("annotated"));
    EXPECT_EQ(ok("get configmaps -l group=bar -o name"), "configmap/a\n");
    ok("label configmap a group-");
    EXPECT_EQ(ok("get configmaps -l group -o name"), "");
    EXPECT_THAT(ok("delete configmap a --dry-run=server"), HasSubstr("(server dry run)"));
    EXPECT_EQ(tea(), "again");
}

TEST_F(KubectlVerbs, KnowOwnersAndShowObjects) {
    ok("apply --server-side --field-manager one -f -", config_map("owned", "1"));
    expect_failure(kubectl("apply --server-side --field-manager two -f -", config_map("owned", "2")),
                   "conflict with \"one\"");
    ok("apply --server-side --field-manager two --force-conflicts -f -", config_map("owned", "2"));
    EXPECT_EQ(tea("owned"), "2");
    const std::string flag = minor() < 21 ? "" : " --show-managed-fields";
    EXPECT_THAT(ok("get configmap owned -o yaml" + flag),
                AllOf(HasSubstr("manager: one"), HasSubstr("manager: two")));

    EXPECT_EQ(ok("get configmap owned -o name"), "configmap/owned\n");
    EXPECT_THAT(ok("get configmap owned -o json"), HasSubstr("\"kind\": \"ConfigMap\""));
    EXPECT_THAT(ok("get configmap owned --no-headers"), Not(HasSubstr("NAME")));
    EXPECT_THAT(ok("get configmap owned --show-labels"), HasSubstr("group=shop"));
    EXPECT_EQ(ok("get configmap owned -o go-template={{.metadata.name}}"), "owned");
    EXPECT_EQ(ok("get configmap owned -o custom-columns=N:.metadata.name,T:.data.tea"),
              "N       T\nowned   2\n");
    EXPECT_THAT(ok("get configmaps -A --sort-by=.metadata.creationTimestamp -o wide"), HasSubstr("owned"));
    EXPECT_THAT(ok("get all"), HasSubstr("service/kubernetes"));
    const std::string watched = script(R"(
kubectl get configmaps --watch --output-watch-events > watched & watcher=$!
seen 'ADDED.*owned' watched
kubectl label configmap owned seen=yes
seen MODIFIED watched
kubectl delete configmap owned
seen DELETED watched
kill $watcher
cat watched)");
    EXPECT_THAT(watched, HasSubstr("EVENT"));

    for (const std::string how : {"background", "foreground", "orphan"}) {
        ok("create -f -", config_map(how, "1"));
        const std::string uid = ok("get configmap " + how + " -o jsonpath={.metadata.uid}");
        ok("create -f -", owned_by(how, uid));
        ok("delete configmap " + how + " --cascade=" + how);
    }
    script("while kubectl get configmap child-of-background; do sleep 0.1; done");
    EXPECT_THAT(kubectl("get configmap child-of-foreground").out, HasSubstr("not found"));
    EXPECT_EQ(ok("get configmap child-of-orphan -o jsonpath={.metadata.ownerReferences}"), "");
}

TEST_F(KubectlVerbs, TalkToPods) {
    ok("create -f -", pod("web", serves, "      stdin: true\n"));
    wait_for("web");
    EXPECT_THAT(script(R"(
kubectl logs -f web > log & logs=$!
seen up log
(echo first; sleep 1) | timeout 30 kubectl attach -i web
seen 'got first' log
kill $logs
echo copied > there; kubectl cp there web:/tmp/there; kubectl cp web:/tmp/there back; cat back
terminal timeout --foreground 30 kubectl exec -it web -- tty < /dev/null)"),
                AllOf(HasSubstr("copied"), HasSubstr("/dev/pts/")));
    ok("expose pod web --port=80 --name=shop");
    const std::string pages = script(R"(
for what in pod/web service/shop; do
    kubectl port-forward $what :80 > forwarded & forward=$!
    seen 'Forwarding from 127.0.0.1' forwarded
    http $(sed -n 's/.*127.0.0.1:\([0-9]*\) .*/\1/p' forwarded) / | sed "s/a page/page of ${what//\//-}/"
    kill $forward
done
kubectl proxy --port=0 > proxied & proxy=$!
seen 'Starting to serve' proxied
http $(sed -n 's/.*127.0.0.1:\([0-9]*\).*/\1/p' proxied) /version
kill $proxy
kubectl get --raw /api/v1/namespaces/default/services/shop:80/proxy/)");
    EXPECT_THAT(pages, AllOf(HasSubstr("page of pod-web"), HasSubstr("page of service-shop"),
                             HasSubstr("\"gitVersion\""), HasSubstr("a page")));
    EXPECT_EQ(ok("logs -l app=web --tail=1 --prefix"), "[pod/web/main] got first\n");
    EXPECT_THAT(ok("logs web --since=1h --timestamps"), HasSubstr("Z up\n"));
    ok("delete service shop");
    ok("delete pod web --now");
}

TEST_F(KubectlVerbs, DebugAndRun) {
    ok("create -f -", pod("sick", "sleep 1000"));
    wait_for("sick");
    const std::string image = " --image=hooklet.dev/demo/busybox:1 ";
    // Before 1.22 kubectl asks for an ephemeral container in a form that no server has any more.
    if (minor() >= 22) {
        EXPECT_THAT(script("echo inside | terminal timeout --foreground 50 kubectl debug sick -it" + image +
                           "--target=main -- sh -c 'read word; echo seen from $word; cat /proc/1/cmdline'"),
                    AllOf(HasSubstr("seen from inside"), HasSubstr("1000")));
    }
    ok("debug sick --copy-to=copy --share-processes '--set-image=*=hooklet.dev/demo/busybox:1'");
    wait_for("copy");
    EXPECT_EQ(ok("get pod copy -o jsonpath={.spec.shareProcessNamespace}"), "true");
    // What a container says before kubectl is attached is only in its log: it waits for a word.
    const Answer once =
        kubectl("run once --restart=Never --rm -i" + image + "-- sh -c 'read word; echo said $word; exit 3'",
                "this\n");
    EXPECT_EQ(once.code, 3) << once.out;
    EXPECT_THAT(once.out, AllOf(HasSubstr("said this"), HasSubstr("pod \"once\" deleted")));
    ok("run plain" + image + "--command -- sleep 1000");
    wait_for("plain");
    EXPECT_TRUE(eventually([] {
        return ok("get events --field-selector involvedObject.name=plain --sort-by=.lastTimestamp")
            .contains("Started container plain");
    }));
    EXPECT_THAT(ok("set image pod/plain plain=hooklet.dev/demo/nginx:1"), HasSubstr("image updated"));

    EXPECT_THAT(ok("delete pod plain --grace-period=1"), HasSubstr("deleted"));
    EXPECT_THAT(ok("delete pod copy --now"), HasSubstr("deleted"));
    EXPECT_THAT(ok("delete pod sick --force --grace-period=0"), HasSubstr("force deleted"));
    EXPECT_EQ(ok("get pod plain copy sick -o name --ignore-not-found"), "");
    // The object goes at once, what it was about when its process has been stopped.
    EXPECT_TRUE(eventually([] { return std::filesystem::is_empty(root() + "/state/pods"); }));
}

TEST_F(KubectlVerbs, SeeWhatIsUsed) {
    EXPECT_THAT(ok("top node"), ContainsRegex("box +[0-9]+m +[0-9]+% +[0-9]+Mi +[0-9]+%"));
    ok("create -f -", pod("busy", "while :; do :; done"));
    ok("create -f -", pod("idle", polite));
    wait_for("busy");
    wait_for("idle");
    EXPECT_THAT(ok("top pods"), AllOf(ContainsRegex("busy +[1-9][0-9]+m +[0-9]+Mi"), HasSubstr("idle")));
    EXPECT_THAT(ok("top pods -l app=idle --containers"),
                AllOf(ContainsRegex("idle +main +[0-9]+m"), Not(HasSubstr("busy"))));
    EXPECT_THAT(ok("top pods -n kube-system 2>&1"), HasSubstr("No resources found"));
    expect_failure(kubectl("top pod nobody"), "\"nobody\" not found");
    EXPECT_THAT(ok("get crd 2>&1"), HasSubstr("No resources found"));
    const std::string page = "get --raw /api/v1/nodes/box/proxy";
    EXPECT_THAT(ok(page + "/stats/summary"), AllOf(HasSubstr("usageCoreNanoSeconds"), HasSubstr("rlimit"),
                                                   ContainsRegex("\"name\": \"busy\"")));
    EXPECT_THAT(ok("get --raw /api/v1/nodes/box:10250/proxy/metrics/resource"),
                AllOf(HasSubstr("\nnode_cpu_usage_seconds_total "),
                      HasSubstr("{container=\"main\",namespace=\"default\",pod=\"busy\"} "),
                      HasSubstr("\npod_memory_working_set_bytes{namespace=\"default\",pod=\"idle\"} "),
                      HasSubstr("\nresource_scrape_error 0\n")));
    EXPECT_THAT(ok(page + "/configz"), HasSubstr("\"evictionHard\""));
    EXPECT_THAT(ok(page + "/logs/"), HasSubstr("<a href=\"pods/\">pods/</a>"));
    ok(page + "/containerLogs/default/idle/main");
    ok("delete pod busy idle --now");
}

TEST_F(KubectlVerbs, EvictWhatBudgetsAllow) {
    ok("create -f -", pod("guarded", polite));
    wait_for("guarded");
    ok("create -f -",
       "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: guard}\n"
       "spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}\n");
    const auto says = [](const std::string& field, const std::string& value) {
        return eventually([&] { return ok("get pdb guard -o jsonpath={.status." + field + "}") == value; });
    };
    EXPECT_TRUE(says("currentHealthy", "1"));
    EXPECT_THAT(ok("get pdb guard"), ContainsRegex("guard +1 +N/A +0 "));
    const std::string evict = "create --raw /api/v1/namespaces/default/pods/guarded/eviction -f -";
    const std::string eviction =
        R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"guarded"}})";
    expect_failure(kubectl(evict, eviction),
                   "Cannot evict pod as it would violate the pod's disruption budget.");
    ok("patch pdb guard --type=merge -p '{\"spec\":{\"minAvailable\":0}}'");
    EXPECT_TRUE(says("disruptionsAllowed", "1"));
    ok(evict, eviction);
    ok("wait --for=delete pod/guarded --timeout=50s");
    ok("delete pdb guard");
}

TEST_F(KubectlVerbs, KeepTimesOfAnyYear) {
    ok("create -f -",
       "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: times}\n"
       "spec: {acquireTime: \"0001-01-01T00:00:02.000001Z\", renewTime: \"9999-12-31T23:59:59.999999Z\"}\n");
    EXPECT_EQ(ok("get lease times -o jsonpath={.spec.acquireTime},{.spec.renewTime}"),
              "0001-01-01T00:00:02.000001Z,9999-12-31T23:59:59.999999Z");
    ok("delete lease times");
}

TEST_F(KubectlVerbs, LookAroundAndWorkOnTheNode) {
    EXPECT_THAT(ok("explain pod.spec --recursive"), HasSubstr("terminationGracePeriodSeconds"));
    EXPECT_THAT(ok("explain configmap.data"), HasSubstr("Texts by their keys."));
    EXPECT_THAT(ok("api-versions"), HasSubstr("events.k8s.io/v1\n"));
    EXPECT_THAT(ok("auth can-i --list"), HasSubstr("*.*"));
    EXPECT_THAT(kubectl("auth can-i create pods --as=system:serviceaccount:default:default").out,
                HasSubstr("no"));
    EXPECT_THAT(ok("cluster-info"), HasSubstr("is running at"));
    EXPECT_THAT(ok("cluster-info dump"), AllOf(HasSubstr("NodeList"), HasSubstr("DeploymentList")));
    if (minor() >= 24) {
        EXPECT_THAT(ok("create token default"), HasSubstr("eyJ"));
    }
    EXPECT_THAT(ok("create quota bounds --hard=pods=3,services=2"), HasSubstr("quota/bounds created"));
    expect_failure(kubectl("create quota other --hard=pods=3 --scopes=Wrong"), "unsupported scope");
    expect_failure(kubectl("create deployment shop --image=busybox"),
                   "deployments.apps are not supported yet");
    ok("delete quota bounds");
    ok("create namespace bounded");
    ok("create quota bounds -n bounded --hard=secrets=1");
    ok("create secret generic first -n bounded");
    expect_failure(kubectl("create secret generic second -n bounded"),
                   "exceeded quota: bounds, requested: secrets=1, used: secrets=1, limited: secrets=1");
    EXPECT_TRUE(eventually(
        [] { return ok("get quota bounds -n bounded -o jsonpath={.status.used.secrets}") == "1"; }));
    EXPECT_THAT(ok("describe quota -n bounded"), ContainsRegex("secrets +1 +1"));
    ok("delete namespace bounded --timeout=50s");
    EXPECT_EQ(ok("create serviceaccount clerk"), "serviceaccount/clerk created\n");
    ok("create secret generic login --from-literal=name=me");
    ok("create priorityclass urgent --value=5");
    ok("delete serviceaccount/clerk secret/login priorityclass/urgent");
    for (const char* what : {"node box", "namespace default", "service kubernetes", "endpoints kubernetes"})
        EXPECT_THAT(ok(std::string("describe ") + what), HasSubstr("Name:"));

    EXPECT_THAT(ok("taint node box key=value:NoSchedule"), HasSubstr("tainted"));
    EXPECT_THAT(ok("taint node box key-"), HasSubstr("untainted"));
    ok("create -f -", pod("moved", polite));
    wait_for("moved");
    EXPECT_THAT(ok("drain box --force --pod-selector=app=moved --timeout=50s"),
                ContainsRegex("pod/moved (evicted|deleted)"));
    EXPECT_THAT(ok("get node box"), HasSubstr("SchedulingDisabled"));
    EXPECT_THAT(ok("uncordon box"), HasSubstr("uncordoned"));
    EXPECT_THAT(ok("cordon box"), HasSubstr("cordoned"));
    ok("uncordon box");
}

}  // namespace
}  // namespace hooklet::testing
