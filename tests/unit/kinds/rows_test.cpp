// SPDX-License-Identifier: Apache-2.0
// The tables of all kinds but Pods, and what their selectors may ask for.
#include "api/json.hpp"
#include "kinds/kind.hpp"
#include "support/from_json.hpp"

#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::kinds {
namespace {

const WallTime noon = *parse_rfc3339("2026-01-02T03:10:00Z");

const Kind& kind_named(std::string_view resource) {
    for (const Kind& kind : all()) {
        if (kind.resource() == resource) return kind;
    }
    throw std::logic_error("no such resource");
}

Object read(const Kind& kind, std::string_view json) {
    Object object = kind.make();
    api::Issues issues;
    api::decode_into(*kind.type, *api::parse_json(json), object.get(), "", issues);
    EXPECT_EQ(support::text_of(issues), "");
    return object;
}

/// The cells as JSON. Every object is made at 03:04:57.
std::string row(std::string_view resource, std::string_view json) {
    const Kind& kind = kind_named(resource);
    const Object object = read(kind, json);
    kind.metadata(object.get())->name = "x";
    kind.metadata(object.get())->creationTimestamp = *parse_rfc3339("2026-01-02T03:04:57Z");
    const Row made = kind.row(object.get(), noon);
    EXPECT_EQ(made.cells.size(), kind.columns.size());
    return api::write_json(api::Node(made.cells));
}

std::string fields(std::string_view resource, std::string_view json) {
    const Kind& kind = kind_named(resource);
    std::string text;
    for (const auto& [path, value] : kind.fields(read(kind, json).get()))
        text += fmt::format("{}={} ", path, value);
    return text;
}

/// The columns' names; those for `-o wide` in brackets, types other than string after a colon.
std::string columns(const Kind& kind) {
    std::string text;
    for (const Column& column : kind.columns) {
        if (!text.empty()) text += ", ";
        std::string name = column.name + (column.type == "string" ? "" : ":" + column.type) +
                           (column.format.empty() ? "" : "/" + column.format);
        text += column.priority == 0 ? name : "[" + name + "]";
    }
    return text;
}

TEST(Rows, HaveTheColumnsOfTheTable) {
    std::string table;
    for (const Kind& kind : all()) {
        EXPECT_EQ(kind.columns.empty(), kind.row == nullptr) << kind.resource();
        if (!kind.columns.empty()) table += kind.resource() + ": " + columns(kind) + "\n";
    }
    EXPECT_EQ(table, R"(componentstatuses: Name/name, Status, Message, Error
configmaps: Name/name, Data:integer, Age
endpoints: Name/name, Endpoints, Age
events: Last Seen, Type, Reason, Object, [Subobject], [Source], Message, [First Seen], [Count:integer], [Name/name]
namespaces: Name/name, Status, Age
nodes: Name/name, Status, Roles, Age, Version, [Internal-IP], [External-IP], [OS-Image], [Kernel-Version], [Container-Runtime]
pods: Name/name, Ready, Status, Restarts, Age, [IP], [Node], [Nominated Node], [Readiness Gates]
podtemplates: Name/name, Containers, Images, Pod Labels
resourcequotas: Name/name, Request, Limit, Age
secrets: Name/name, Type, Data:integer, Age
serviceaccounts: Name/name, Secrets:integer, Age
services: Name/name, Type, Cluster-IP, External-IP, Port(s), Age, [Selector]
events.events.k8s.io: Last Seen, Type, Reason, Object, [Subobject], [Source], Message, [First Seen], [Count:integer], [Name/name]
clusterrolebindings.rbac.authorization.k8s.io: Name/name, Role, Age, [Users], [Groups], [ServiceAccounts]
clusterroles.rbac.authorization.k8s.io: Name/name, Created At:date
rolebindings.rbac.authorization.k8s.io: Name/name, Role, Age, [Users], [Groups], [ServiceAccounts]
roles.rbac.authorization.k8s.io: Name/name, Created At:date
poddisruptionbudgets.policy: Name/name, Min Available, Max Unavailable, Allowed Disruptions:integer, Age
priorityclasses.scheduling.k8s.io: Name/name, Value:integer, Global-Default:boolean, Age, [PreemptionPolicy]
leases.coordination.k8s.io: Name/name, Holder, Age
endpointslices.discovery.k8s.io: Name/name, AddressType, Ports, Endpoints, Age
runtimeclasses.node.k8s.io: Name/name, Handler, Age
hookruns.hooklet.dev: Pod, Container, Hook, Handler, Attempt:integer, Outcome, Duration, Age, [Name/name], [Reason], [Result], [Command]
)");
}

TEST(Rows, OfConfiguration) {
    EXPECT_EQ(row("configmaps", R"({"data":{"a":"1","b":"2"},"binaryData":{"c":""}})"), R"(["x",3,"5m3s"])");
    EXPECT_EQ(row("secrets", R"({"type":"Opaque","data":{"a":""}})"), R"(["x","Opaque",1,"5m3s"])");
    EXPECT_EQ(row("serviceaccounts", R"({"secrets":[{"name":"s"}]})"), R"(["x",1,"5m3s"])");
    EXPECT_EQ(row("podtemplates", R"({"template":{"metadata":{"labels":{"a":"1","b":""}},
                  "spec":{"containers":[{"name":"c","image":"i"},{"name":"d","image":"j"}]}}})"),
              R"(["x","c,d","i,j","a=1,b="])");
    EXPECT_EQ(fields("secrets", R"({"type":"t"})"), "type=t ");
}

TEST(Rows, OfQuotas) {
    EXPECT_EQ(row("resourcequotas", R"({"status":{
                  "hard":{"pods":"1000000","limits.cpu":"2","services":"10","limits.memory":"1024Mi"},
                  "used":{"pods":"2","limits.cpu":"500m","services":"1"}}})"),
              R"(["x","pods: 2/1M, services: 1/10","limits.cpu: 500m/2, limits.memory: 0/1Gi","5m3s"])");
}

TEST(Rows, OfRoles) {
    const std::string group = ".rbac.authorization.k8s.io";
    EXPECT_EQ(row("roles" + group, R"({"rules":[]})"), R"(["x","2026-01-02T03:04:57Z"])");
    EXPECT_EQ(row("clusterroles" + group, "{}"), R"(["x","2026-01-02T03:04:57Z"])");
    EXPECT_EQ(row("rolebindings" + group, R"({"roleRef":{"kind":"Role","name":"r"},"subjects":[
                  {"kind":"User","name":"a"},{"kind":"ServiceAccount","name":"s","namespace":"n"},
                  {"kind":"User","name":"b"},{"kind":"Group","name":"g"}]})"),
              R"(["x","Role/r","5m3s","a, b","g","n/s"])");
    EXPECT_EQ(row("clusterrolebindings" + group, R"({"roleRef":{"kind":"ClusterRole","name":"r"}})"),
              R"(["x","ClusterRole/r","5m3s","","",""])");
}

TEST(Rows, OfDisruptionBudgets) {
    EXPECT_EQ(row("poddisruptionbudgets.policy",
                  R"({"spec":{"minAvailable":2},"status":{"disruptionsAllowed":1}})"),
              R"(["x","2","N/A",1,"5m3s"])");
    EXPECT_EQ(row("poddisruptionbudgets.policy", R"({"spec":{"maxUnavailable":"30%"}})"),
              R"(["x","N/A","30%",0,"5m3s"])");
}

TEST(Rows, OfServices) {
    EXPECT_EQ(row("services", R"({"spec":{"type":"ClusterIP","clusterIP":"10.0.0.1",
                  "ports":[{"port":443,"protocol":"TCP"},{"port":80,"nodePort":30001,"protocol":"TCP"}],
                  "selector":{"app":"a"}}})"),
              R"(["x","ClusterIP","10.0.0.1","<none>","443/TCP,80:30001/TCP","5m3s","app=a"])");
    EXPECT_EQ(row("services", R"({"spec":{"type":"LoadBalancer","clusterIP":"None"}})"),
              R"(["x","LoadBalancer","None","<pending>","<none>","5m3s","<none>"])");
    EXPECT_EQ(row("services", R"({"spec":{"type":"ExternalName","externalName":"a.example"}})"),
              R"(["x","ExternalName","<none>","a.example","<none>","5m3s","<none>"])");
    EXPECT_EQ(fields("services", R"({"spec":{"type":"ClusterIP","clusterIP":"None"}})"),
              "spec.clusterIP=None spec.type=ClusterIP ");
}

TEST(Rows, OfEndpoints) {
    EXPECT_EQ(row("endpoints", "{}"), R"(["x","<none>","5m3s"])");
    EXPECT_EQ(row("endpoints", R"({"subsets":[{"addresses":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],
                                               "ports":[{"port":80}]}]})"),
              R"(["x","10.0.0.1:80,[fd00::1]:80","5m3s"])");
    EXPECT_EQ(row("endpoints", R"({"subsets":[
                  {"addresses":[{"ip":"1.1.1.1"},{"ip":"1.1.1.2"}],"ports":[{"port":80},{"port":81}]},
                  {"addresses":[{"ip":"1.1.1.3"}]}]})"),
              R"(["x","1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 2 more...","5m3s"])");
}

TEST(Rows, OfNodes) {
    EXPECT_EQ(row("nodes", "{}"),
              R"(["x","Unknown","<none>","5m3s","","<none>","<none>","<unknown>","<unknown>","<unknown>"])");
    EXPECT_EQ(row("nodes", R"({
        "metadata": {"labels": {"node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "b",
                                "node-role.kubernetes.io/": ""}},
        "spec": {"unschedulable": true},
        "status": {"conditions": [{"type": "Ready", "status": "True"}],
                   "addresses": [{"type": "InternalIP", "address": "10.1.1.1"}],
                   "nodeInfo": {"kubeletVersion": "v1", "osImage": "Debian", "kernelVersion": "6",
                                "containerRuntimeVersion": "containerd://2"}}})"),
              R"(["x","Ready,SchedulingDisabled","b,control-plane","5m3s","v1","10.1.1.1","<none>",)"
              R"("Debian","6","containerd://2"])");
    EXPECT_EQ(
        row("nodes", R"({"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}})").substr(0, 15),
        R"(["x","NotReady")");
    EXPECT_EQ(fields("nodes", "{}"), "spec.unschedulable=false ");
}

TEST(Rows, OfTheRest) {
    EXPECT_EQ(row("namespaces", R"({"status":{"phase":"Active"}})"), R"(["x","Active","5m3s"])");
    EXPECT_EQ(fields("namespaces", R"({"status":{"phase":"Active"}})"), "status.phase=Active ");
    EXPECT_EQ(row("leases.coordination.k8s.io", R"({"spec":{"holderIdentity":"me"}})"),
              R"(["x","me","5m3s"])");
    EXPECT_EQ(row("priorityclasses.scheduling.k8s.io", R"({"value":7,"preemptionPolicy":"Never"})"),
              R"(["x",7,false,"5m3s","Never"])");
    EXPECT_EQ(row("endpointslices.discovery.k8s.io",
                  R"({"addressType":"IPv4","ports":[{"name":"http","port":80},{"name":"any"}],"endpoints":[
                  {"addresses":["192.0.2.1"]},{"addresses":["192.0.2.2"]},{"addresses":["192.0.2.3"]},
                  {"addresses":["192.0.2.4"]}]})"),
              R"(["x","IPv4","80,any","192.0.2.1,192.0.2.2,192.0.2.3 + 1 more...","5m3s"])");
    EXPECT_EQ(row("endpointslices.discovery.k8s.io", R"({"addressType":"IPv6"})"),
              R"(["x","IPv6","<unset>","<unset>","5m3s"])");
    EXPECT_EQ(row("runtimeclasses.node.k8s.io", R"({"handler":"runc"})"), R"(["x","runc","5m3s"])");
}

constexpr std::string_view event = R"({
  "involvedObject": {"kind": "Pod", "namespace": "d", "name": "web", "uid": "u", "fieldPath": "spec.containers{a}"},
  "reason": "Pulled", "message": " done\n", "source": {"component": "agent", "host": "n1"}, "type": "Normal",
  "firstTimestamp": "2026-01-02T03:00:00Z", "lastTimestamp": "2026-01-02T03:09:00Z", "count": 3})";

TEST(Rows, OfEvents) {
    EXPECT_EQ(row("events", event),
              R"(["60s","Normal","Pulled","pod/web","spec.containers{a}","agent, n1","done","10m",3,"x"])");
    EXPECT_EQ(row("events", R"({"involvedObject":{"kind":"Node"},"eventTime":"2026-01-02T03:09:58.500000Z",
                               "reportingComponent":"c","reportingInstance":"i"})"),
              R"(["1s","","","node","","c, i","","1s",1,"x"])");
    EXPECT_EQ(row("events", R"({"eventTime":"2026-01-02T03:00:00.000000Z","source":{"component":"c"},
                               "series":{"count":9,"lastObservedTime":"2026-01-02T03:09:59.000000Z"}})"),
              R"(["1s","","","","","c","","10m",9,"x"])");
    EXPECT_EQ(row("events.events.k8s.io",
                  R"({"regarding":{"kind":"Pod","name":"web"},"note":"n","deprecatedCount":2})"),
              R"(["<unknown>","","","pod/web","","","n","<unknown>",2,"x"])");
}

TEST(Rows, EventsAreFoundByTheNamesOfBothForms) {
    const std::string found = fields("events", event);
    for (const std::string_view pair :
         {"involvedObject.kind=Pod ", "involvedObject.uid=u ", "involvedObject.fieldPath=spec.containers{a} ",
          "reason=Pulled ", "source=agent ", "type=Normal ", "regarding.name=web ", "reportingComponent= "})
        EXPECT_NE(found.find(pair), std::string::npos) << pair;
    EXPECT_EQ(fields("events.events.k8s.io", R"({"regarding":{"name":"w"},"type":"t"})"),
              "regarding.kind= regarding.namespace= regarding.name=w regarding.uid= regarding.apiVersion= "
              "regarding.resourceVersion= regarding.fieldPath= reason= reportingController= type=t ");
}

}  // namespace
}  // namespace hooklet::kinds
