// SPDX-License-Identifier: Apache-2.0
#include "api/validation/checks.hpp"
#include "kinds/kind.hpp"
#include "support/each_type.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::kinds {
namespace {

/// `resource version Kind scope short,names verbs: subresource...`
std::string summary(const Kind& kind) {
    std::string text = kind.resource() + " " + kind.name + (kind.namespaced ? " ns" : " cluster");
    for (const std::string& name : kind.short_names) text += " " + name;
    text += " " + std::to_string(kind.verbs.size());
    for (const Subresource& part : kind.subresources) {
        text += " " + part.name + "(";
        for (const std::string& verb : part.verbs) text += (text.ends_with('(') ? "" : " ") + verb;
        text += ")" + part.kind;
    }
    return text;
}

TEST(Kinds, AreThoseOfTheTable) {
    std::string table;
    for (const Kind& kind : all()) table += summary(kind) + "\n";
    EXPECT_EQ(table, R"(bindings Binding ns 1
componentstatuses ComponentStatus cluster cs 2
configmaps ConfigMap ns cm 8
endpoints Endpoints ns ep 8
events Event ns ev 8
limitranges LimitRange ns limits 8
namespaces Namespace cluster ns 7 finalize(update) status(get patch update)
nodes Node cluster no 8 proxy(create delete get patch update)NodeProxyOptions status(get patch update)
pods Pod ns po 8 attach(create get)PodAttachOptions binding(create)Binding ephemeralcontainers(get patch update) eviction(create)Eviction exec(create get)PodExecOptions log(get) portforward(create get)PodPortForwardOptions proxy(create delete get patch update)PodProxyOptions resize(get patch update) status(get patch update)
podtemplates PodTemplate ns 8
resourcequotas ResourceQuota ns quota 8 status(get patch update)
secrets Secret ns 8
serviceaccounts ServiceAccount ns sa 8 token(create)TokenRequest
services Service ns svc 8 proxy(create delete get patch update)ServiceProxyOptions status(get patch update)
events.events.k8s.io Event ns ev 8
replicationcontrollers ReplicationController ns rc 3
persistentvolumes PersistentVolume cluster pv 3
persistentvolumeclaims PersistentVolumeClaim ns pvc 3
daemonsets.apps DaemonSet ns ds 3
deployments.apps Deployment ns deploy 3
replicasets.apps ReplicaSet ns rs 3
statefulsets.apps StatefulSet ns sts 3
cronjobs.batch CronJob ns cj 3
jobs.batch Job ns 3
ingresses.networking.k8s.io Ingress ns ing 3
customresourcedefinitions.apiextensions.k8s.io CustomResourceDefinition cluster crd 3
selfsubjectreviews.authentication.k8s.io SelfSubjectReview cluster 1
tokenreviews.authentication.k8s.io TokenReview cluster 1
localsubjectaccessreviews.authorization.k8s.io LocalSubjectAccessReview ns 1
selfsubjectaccessreviews.authorization.k8s.io SelfSubjectAccessReview cluster 1
selfsubjectrulesreviews.authorization.k8s.io SelfSubjectRulesReview cluster 1
subjectaccessreviews.authorization.k8s.io SubjectAccessReview cluster 1
clusterrolebindings.rbac.authorization.k8s.io ClusterRoleBinding cluster 8
clusterroles.rbac.authorization.k8s.io ClusterRole cluster 8
rolebindings.rbac.authorization.k8s.io RoleBinding ns 8
roles.rbac.authorization.k8s.io Role ns 8
poddisruptionbudgets.policy PodDisruptionBudget ns pdb 8 status(get patch update)
priorityclasses.scheduling.k8s.io PriorityClass cluster pc 8
leases.coordination.k8s.io Lease ns 8
endpointslices.discovery.k8s.io EndpointSlice ns 8
runtimeclasses.node.k8s.io RuntimeClass cluster 8
hookruns.hooklet.dev HookRun ns hooks 3
nodes.metrics.k8s.io NodeMetrics cluster 2
pods.metrics.k8s.io PodMetrics ns 2
)");
}

TEST(Kinds, AreWellFormed) {
    for (const Kind& kind : all()) {
        SCOPED_TRACE(kind.resource());
        EXPECT_EQ(kinds::find(kind.group, kind.version, kind.plural), &kind)
            << "a resource is described twice";
        EXPECT_TRUE(std::ranges::is_sorted(kind.verbs));
        EXPECT_TRUE(std::ranges::is_sorted(kind.subresources, {}, &Subresource::name));
        EXPECT_EQ(kind.type->name, kind.name);
        const Object object = kind.make();
        kind.metadata(object.get())->name = "a";
        const Object copy = kind.copy(object.get());
        EXPECT_NE(copy, object);
        EXPECT_EQ(kind.metadata(copy.get())->name, "a");
        const auto stored_as = [&](const Kind& other) { return other.resource() == kind.stored_as; };
        EXPECT_TRUE(kind.stored_as.empty() || std::ranges::any_of(all(), stored_as));
    }
    EXPECT_EQ(kinds::find("", "v1", "widgets"), nullptr);
    EXPECT_EQ(kinds::find("", "v2", "pods"), nullptr);
}

TEST(Kinds, EventsAreStoredInOneForm) {
    const Kind* kind = kinds::find("events.k8s.io", "v1", "events");
    ASSERT_NE(kind, nullptr);
    const auto event = std::make_shared<api::EventsV1Event>();
    event->note = "text";
    event->series = api::EventsV1EventSeries{.count = 3};
    const Object stored = kind->to_stored(event.get());
    EXPECT_EQ(static_cast<const api::Event*>(stored.get())->message, "text");
    const Object back = kind->from_stored(stored.get());
    event->kind = "Event";
    event->apiVersion = "events.k8s.io/v1";
    EXPECT_EQ(*static_cast<const api::EventsV1Event*>(back.get()), *event);
}

TEST(Kinds, TheirTablesNameOnlyChecksThatExist) {
    std::set<std::string_view> seen;
    for (const Kind& kind : all()) {
        api::each_type(*kind.type, seen, [](const api::TypeDescriptor& type) {
            for (const api::FieldDescriptor& field : type.fields) {
                const bool known =
                    field.check.empty() || field.check == "port_or_name" || api::is_rule(field.check);
                EXPECT_TRUE(known) << type.name << "." << field.name << " check=" << field.check;
            }
        });
    }
}

}  // namespace
}  // namespace hooklet::kinds
