// SPDX-License-Identifier: Apache-2.0
#include "admission/quota_rules.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"

#include <gtest/gtest.h>

namespace hooklet::admission {
namespace {

template <class T>
T read(std::string_view text) {
    api::Issues issues;
    T object = api::decode<T>(api::parse_json(text).value(), issues);
    EXPECT_TRUE(issues.empty()) << text;
    return object;
}

std::string shown(const api::ResourceList& amounts) {
    std::string text;
    for (const auto& [name, amount] : amounts) text += name + "=" + amount.text() + " ";
    return text;
}

api::ResourceQuota quota(std::string_view spec) {
    auto made = read<api::ResourceQuota>(R"({"metadata":{"name":"q"}})");
    made.spec = read<api::ResourceQuotaSpec>(spec);
    return made;
}

constexpr const char* asking = R"({"spec":{"containers":[{"name":"c","resources":{
    "requests":{"cpu":"500m","memory":"1Gi","example.com/gpu":"1"},"limits":{"cpu":"1"}}}]}})";

TEST(QuotaUsage, OfObjects) {
    const auto pod = read<api::Pod>(asking);
    EXPECT_EQ(shown(usage_of({"pods", &pod})),
              "count/pods=1 cpu=500m limits.cpu=1 memory=1Gi pods=1 requests.cpu=500m "
              "requests.example.com/gpu=1 requests.memory=1Gi ");
    auto ended = pod;
    ended.status.phase = "Succeeded";
    EXPECT_EQ(shown(usage_of({"pods", &ended})), "count/pods=1 ");
    const auto balanced =
        read<api::Service>(R"({"spec":{"type":"LoadBalancer","ports":[{"port":1},{"port":2}]}})");
    EXPECT_EQ(shown(usage_of({"services", nullptr, &balanced})),
              "count/services=1 services=1 services.loadbalancers=1 services.nodeports=2 ");
    const auto without_ports = read<api::Service>(R"({"spec":{"type":"LoadBalancer",
        "allocateLoadBalancerNodePorts":false,"ports":[{"port":1,"nodePort":30001},{"port":2}]}})");
    EXPECT_EQ(shown(usage_of({"services", nullptr, &without_ports})),
              "count/services=1 services=1 services.loadbalancers=1 services.nodeports=1 ");
    const auto open = read<api::Service>(R"({"spec":{"type":"NodePort","ports":[{"port":1}]}})");
    EXPECT_EQ(shown(usage_of({"services", nullptr, &open})),
              "count/services=1 services=1 services.nodeports=1 ");
    EXPECT_EQ(shown(usage_of({"configmaps"})), "configmaps=1 count/configmaps=1 ");
    EXPECT_EQ(shown(usage_of({"leases.coordination.k8s.io"})), "count/leases.coordination.k8s.io=1 ");
}

TEST(QuotaUsage, IsCountedFromTheResourceBehindIt) {
    struct Row {
        const char* bound;
        const char* resource;
    };
    for (const Row& row :
         {Row{"pods", "pods"}, Row{"limits.cpu", "pods"}, Row{"requests.example.com/gpu", "pods"},
          Row{"memory", "pods"}, Row{"count/pods", "pods"}, Row{"services.nodeports", "services"},
          Row{"secrets", "secrets"}, Row{"count/deployments.apps", "deployments.apps"}})
        EXPECT_EQ(resource_behind(row.bound), row.resource) << row.bound;
}

TEST(QuotaScopes, ChooseThePodsThatCount) {
    struct Row {
        const char* scopes;
        const char* pod;
        bool counts;
    };
    constexpr const char* idle = R"({"spec":{"containers":[{"name":"c"}]}})";
    constexpr const char* limited = R"({"spec":{"activeDeadlineSeconds":5,"priorityClassName":"high",
        "containers":[{"name":"c"}]}})";
    constexpr const char* curious = R"({"spec":{"containers":[{"name":"c"}],"affinity":{"podAntiAffinity":{
        "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{
            "topologyKey":"k","namespaceSelector":{}}}]}}}})";
    const Row rows[] = {
        {R"({})", idle, true},
        {R"({"scopes":["BestEffort"]})", idle, true},
        {R"({"scopes":["BestEffort"]})", asking, false},
        {R"({"scopes":["NotBestEffort"]})", asking, true},
        {R"({"scopes":["NotBestEffort"]})", idle, false},
        {R"({"scopes":["Terminating"]})", limited, true},
        {R"({"scopes":["Terminating"]})", idle, false},
        {R"({"scopes":["NotTerminating"]})", idle, true},
        {R"({"scopes":["NotTerminating","BestEffort"]})", limited, false},
        {R"({"scopes":["PriorityClass"]})", limited, true},
        {R"({"scopes":["PriorityClass"]})", idle, false},
        {R"({"scopes":["CrossNamespacePodAffinity"]})", curious, true},
        {R"({"scopes":["CrossNamespacePodAffinity"]})", idle, false},
        {R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["high"]}]}})",
         limited, true},
        {R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["low"]}]}})",
         limited, false},
        {R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"NotIn","values":["high"]}]}})",
         idle, true},
        {R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"DoesNotExist"}]}})",
         idle, true},
        {R"({"scopeSelector":{"matchExpressions":[{"scopeName":"Terminating","operator":"Exists"}]}})",
         limited, true},
    };
    for (const Row& row : rows) {
        const auto pod = read<api::Pod>(row.pod);
        EXPECT_EQ(applies_to(quota(row.scopes).spec, {"pods", &pod}), row.counts) << row.scopes << row.pod;
    }
    EXPECT_TRUE(applies_to(quota("{}").spec, {"secrets"}));
    EXPECT_FALSE(applies_to(quota(R"({"scopes":["BestEffort"]})").spec, {"secrets"}));
}

TEST(Quota, RefusesWhatItHasNoRoomFor) {
    struct Row {
        const char* hard;
        const char* used;
        const char* verdict;
    };
    const Row rows[] = {
        {R"({"hard":{"pods":"2"}})", R"({"used":{"pods":"1"}})", "fits"},
        {R"({"hard":{"pods":"2","services":"0"}})", R"({"used":{"pods":"2"}})",
         "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"},
        {R"({"hard":{"pods":"1","requests.memory":"1536Mi","secrets":"0"}})",
         R"({"used":{"pods":"1","requests.memory":"1Gi"}})",
         "exceeded quota: q, requested: pods=1,requests.memory=1Gi, used: pods=1,requests.memory=1Gi, "
         "limited: pods=1,requests.memory=1536Mi"},
        {R"({"hard":{"limits.memory":"2Gi","cpu":"2"}})", R"({})",
         "failed quota: q: must specify limits.memory for: c"},
    };
    const auto pod = read<api::Pod>(asking);
    for (const Row& row : rows) {
        const auto used = read<api::ResourceQuotaStatus>(row.used).used;
        const Checked checked = fits_quota(quota(row.hard), used, {"pods", &pod}, {});
        EXPECT_EQ(checked ? "fits" : checked.error(), row.verdict) << row.hard;
    }
}

TEST(Quota, OnlyWhatGrowsCanExceedIt) {
    const auto bounds = quota(R"({"hard":{"pods":"1","requests.cpu":"800m","limits.memory":"1Gi"}})");
    const auto used = read<api::ResourceQuotaStatus>(R"({"used":{"pods":"3","requests.cpu":"500m"}})").used;
    const auto small = read<api::Pod>(asking);
    auto large = small;
    large.spec.containers[0].resources.requests["cpu"] = api::Quantity::of_units(1);
    const auto before = usage_of({"pods", &small});
    EXPECT_TRUE(fits_quota(bounds, used, {"pods", &small}, before));
    EXPECT_TRUE(fits_quota(bounds, used, {"pods", &small}, usage_of({"pods", &large})));
    EXPECT_EQ(shown(growth_in(bounds.spec, {"pods", &large}, before)), "requests.cpu=500m ");
    EXPECT_EQ(fits_quota(bounds, used, {"pods", &large}, before).error(),
              "exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=500m, limited: "
              "requests.cpu=800m");
}

}  // namespace
}  // namespace hooklet::admission
