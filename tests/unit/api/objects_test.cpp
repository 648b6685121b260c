// SPDX-License-Identifier: Apache-2.0
// Defaults and rules of the objects around Pods.
#include "api/defaults.hpp"
#include "api/event_forms.hpp"
#include "api/json.hpp"
#include "api/validation.hpp"
#include "api/validation/checks.hpp"
#include "api/validation/quota.hpp"
#include "support/from_json.hpp"

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

/// A valid name is given unless the text has metadata.
template <class T>
T made(std::string_view json) {
    T object = support::from_json<T>(json);
    if (object.metadata == ObjectMeta{}) object.metadata.name = "x";
    return object;
}

template <class T>
std::string problems(std::string_view json) {
    return support::text_of(validate(made<T>(json)));
}

template <class T>
std::string update_problems(std::string_view before, std::string_view now) {
    return support::text_of(validate_update(made<T>(now), made<T>(before)));
}

template <class T>
std::string with_defaults(std::string_view json) {
    T object = support::from_json<T>(json);
    set_defaults(object);
    return write_json(encode(object.spec));
}

constexpr std::string_view label_rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and "
    "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n";

TEST(Defaults, OfAService) {
    EXPECT_EQ(
        with_defaults<Service>(R"({"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}]}})"),
        R"({"ports":[{"protocol":"TCP","port":80,"targetPort":80}],"clusterIP":"10.0.0.1",)"
        R"("clusterIPs":["10.0.0.1"],"type":"ClusterIP","sessionAffinity":"None","ipFamilies":["IPv4"],)"
        R"("ipFamilyPolicy":"SingleStack","internalTrafficPolicy":"Cluster"})");
    EXPECT_EQ(with_defaults<Service>(R"({"spec":{"type":"LoadBalancer","sessionAffinity":"ClientIP",
                                               "ports":[{"port":80,"targetPort":"http"}]}})"),
              R"({"ports":[{"protocol":"TCP","port":80,"targetPort":"http"}],"type":"LoadBalancer",)"
              R"("sessionAffinity":"ClientIP","externalTrafficPolicy":"Cluster",)"
              R"("sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},"ipFamilies":["IPv4"],)"
              R"("ipFamilyPolicy":"SingleStack","allocateLoadBalancerNodePorts":true,)"
              R"("internalTrafficPolicy":"Cluster"})");
    EXPECT_EQ(with_defaults<Service>(R"({"spec":{"clusterIP":"None"}})"),
              R"({"clusterIP":"None","clusterIPs":["None"],"type":"ClusterIP","sessionAffinity":"None",)"
              R"("ipFamilies":["IPv4","IPv6"],"ipFamilyPolicy":"RequireDualStack",)"
              R"("internalTrafficPolicy":"Cluster"})");
    EXPECT_EQ(with_defaults<Service>(R"({"spec":{"type":"ExternalName","externalName":"a.b"}})"),
              R"({"type":"ExternalName","sessionAffinity":"None","externalName":"a.b"})");
}

TEST(Defaults, OfOthers) {
    EXPECT_EQ(with_defaults<NodeObject>(R"({"spec":{"podCIDR":"10.0.0.0/24"}})"),
              R"({"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"]})");
    EXPECT_EQ(with_defaults<LimitRange>(R"({"spec":{"limits":[
        {"type":"Container","max":{"cpu":"2"},"min":{"memory":"1Mi"},"default":{"memory":"4Mi"}},
        {"type":"Pod","max":{"cpu":"2"}}]}})"),
              R"({"limits":[{"type":"Container","max":{"cpu":"2"},"min":{"memory":"1Mi"},)"
              R"("default":{"cpu":"2","memory":"4Mi"},"defaultRequest":{"cpu":"2","memory":"4Mi"}},)"
              R"({"type":"Pod","max":{"cpu":"2"}}]})");
    auto pod_template =
        support::from_json<PodTemplate>(R"({"template":{"spec":{"containers":[{"name":"a"}]}}})");
    set_defaults(pod_template);
    EXPECT_EQ(pod_template.template_.spec.restartPolicy, "Always");
    TokenRequest request;
    set_table_defaults(request);
    EXPECT_EQ(request.spec.expirationSeconds, 3600);
}

TEST(Validation, OfNamespaces) {
    EXPECT_EQ(problems<Namespace>("{}"), "");
    EXPECT_EQ(problems<Namespace>(R"({"metadata":{"name":"A"}})"),
              "metadata.name: Invalid value: \"A\": " + std::string(label_rule));
    EXPECT_EQ(problems<Namespace>(R"({"metadata":{"name":"a.b"}})"),
              "metadata.name: Invalid value: \"a.b\": must not contain dots\n");
    EXPECT_EQ(problems<Namespace>(R"({"spec":{"finalizers":["kubernetes","a"]}})"),
              "spec.finalizers[1]: Invalid value: \"a\": name is neither a standard finalizer name nor is it "
              "fully qualified\n");
}

TEST(Validation, OfResourceQuotas) {
    const auto quota = [](std::string_view spec) {
        return problems<ResourceQuota>(R"({"spec":)" + std::string(spec) + "}");
    };
    EXPECT_EQ(quota(R"({"hard":{"pods":"3","cpu":"500m","requests.memory":"1Gi","count/jobs.batch":"2",
                                "requests.example.org/card":"1"}})"),
              "");
    EXPECT_EQ(quota(R"({"hard":{"pods":"3","cpu":"1"},"scopes":["NotBestEffort","Terminating"]})"), "");
    EXPECT_EQ(quota(R"({"hard":{"hard":"3","pods":"1500m","cpu":"-1"}})"),
              "spec.hard[cpu]: Invalid value: \"-1\": must be greater than or equal to 0\n"
              "spec.hard[hard]: Invalid value: \"hard\": must be a standard resource for quota\n"
              "spec.hard[pods]: Invalid value: \"1500m\": must be an integer\n");
    EXPECT_EQ(quota(R"({"scopes":["Terminating","NotTerminating"]})"),
              "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes\n");
    EXPECT_EQ(quota(R"({"hard":{"cpu":"1"},"scopes":["BestEffort"]})"),
              "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource\n");
    EXPECT_EQ(quota(R"({"scopes":["Best"]})"), "spec.scopes: Invalid value: [\"Best\"]: unsupported scope\n");
    EXPECT_EQ(
        quota(R"({"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In"}]}})"),
        "spec.scopeSelector.matchExpressions[0].values: Required value: must be at least one value when "
        "`operator` is 'In' or 'NotIn' for scope selector\n");
}

TEST(Validation, OfLimitRanges) {
    const auto limits = [](std::string_view item) {
        return problems<LimitRange>(R"({"spec":{"limits":[)" + std::string(item) + "]}}");
    };
    EXPECT_EQ(limits(R"({"type":"Container","min":{"cpu":"1"},"default":{"cpu":"2"},"max":{"cpu":"2"}})"),
              "");
    EXPECT_EQ(limits(R"({"type":"Container","min":{"cpu":"3"},"max":{"cpu":"2"}})"),
              "spec.limits[0].min[cpu]: Invalid value: \"3\": min value 3 is greater than max value 2\n");
    EXPECT_EQ(limits(R"({"type":"Container","default":{"cpu":"1"},"defaultRequest":{"cpu":"1500m"}})"),
              "spec.limits[0].defaultRequest[cpu]: Invalid value: \"1500m\": default request value 1500m is "
              "greater than default limit value 1\n");
    EXPECT_EQ(
        limits(R"({"type":"Container","default":{"cpu":"3"},"max":{"cpu":"2"}})"),
        "spec.limits[0].default[cpu]: Invalid value: \"2\": default value 3 is greater than max value 2\n");
    EXPECT_EQ(limits(R"({"type":"Pod","default":{"cpu":"1"}},{"type":"Pod"})"),
              "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'\n"
              "spec.limits[1].type: Duplicate value: \"Pod\"\n");
    EXPECT_EQ(
        limits(R"({"type":"Container","maxLimitRequestRatio":{"cpu":"500m"}})"),
        "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"500m\": ratio 500m is less than 1\n");
    EXPECT_EQ(
        limits(
            R"({"type":"Container","min":{"cpu":"1"},"max":{"cpu":"2"},"maxLimitRequestRatio":{"cpu":"3"}})"),
        "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min = "
        "2.000000\n");
    EXPECT_EQ(
        limits(R"({"type":"PersistentVolumeClaim"})"),
        "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but "
        "neither was provided\n");
    EXPECT_EQ(limits(R"({"type":"example.com/x"})"), "");
    EXPECT_EQ(
        limits(R"({"type":"X"})"),
        "spec.limits[0].type: Invalid value: \"X\": must be a standard limit type or fully qualified\n");
}

TEST(Validation, OfNodes) {
    EXPECT_EQ(problems<NodeObject>(R"({"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}})"), "");
    EXPECT_EQ(problems<NodeObject>(R"({"spec":{"taints":[{"effect":"Never"}]}})"),
              "spec.taints[0].key: Required value\n"
              "spec.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", "
              "\"PreferNoSchedule\", \"NoExecute\"\n");
    constexpr std::string_view before = R"({"spec":{"podCIDRs":["a"],"providerID":"p"}})";
    EXPECT_EQ(update_problems<NodeObject>("{}", before), "");
    EXPECT_EQ(
        update_problems<NodeObject>(before, "{}"),
        "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid\n"
        "spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid\n");
}

TEST(Validation, OfServices) {
    const auto service = [](std::string_view spec, std::string_view metadata = R"({"name":"x"})") {
        auto object = support::from_json<Service>(R"({"metadata":)" + std::string(metadata) + R"(,"spec":)" +
                                                  std::string(spec) + "}");
        set_defaults(object);
        return support::text_of(validate(object));
    };
    EXPECT_EQ(service(R"({"ports":[{"port":80}]})"), "");
    EXPECT_EQ(service(R"({"clusterIP":"None"})"), "");
    EXPECT_EQ(
        service(R"({"ports":[{"port":80}]})", R"({"name":"1a"})"),
        "metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of lower case alphanumeric "
        "characters or '-', start with an alphabetic character, and end with an alphanumeric character "
        "(e.g. 'my-name',  or 'abc-123', regex used for validation is "
        "'[a-z]([-a-z0-9]*[a-z0-9])?')\n");
    EXPECT_EQ(service("{}"), "spec.ports: Required value\n");
    EXPECT_EQ(service(R"({"ports":[{"port":80},{"name":"B","port":80,"nodePort":1}]})"),
              "spec.ports[0].name: Required value\nspec.ports[1].name: Invalid value: \"B\": " +
                  std::string(label_rule) +
                  "spec.ports[1].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'\n"
                  "spec.ports[1]: Duplicate value: {\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,"
                  "\"Port\":80,\"TargetPort\":0,\"NodePort\":0}\n");
    EXPECT_EQ(service(R"({"type":"Odd","ports":[{"port":0}]})"),
              "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\n"
              "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive\n"
              "spec.type: Unsupported value: \"Odd\": supported values: \"ClusterIP\", \"ExternalName\", "
              "\"LoadBalancer\", \"NodePort\"\n");
    EXPECT_EQ(service(R"({"type":"ExternalName"})"), "spec.externalName: Required value\n");
    EXPECT_EQ(service(R"({"clusterIP":"1.2","ports":[{"port":80}]})"),
              "spec.clusterIPs[0]: Invalid value: \"1.2\": must be a valid IP address, (e.g. 10.9.8.7 or "
              "2001:db8::ffff)\n");
    EXPECT_EQ(
        service(R"({"type":"NodePort","clusterIP":"None"})"),
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services\n");
    EXPECT_EQ(
        service(R"({"ports":[{"port":80,"appProtocol":"/"}],"ipFamilies":["IPv5"],"trafficDistribution":"X",
                          "externalIPs":["127.0.0.1","0.0.0.0","8.8.8.8","fe80::1","ff02::1","224.0.0.9"]})"),
        "spec.ports[0].appProtocol: Invalid value: \"/\": prefix part must be non-empty\n"
        "spec.ports[0].appProtocol: Invalid value: \"/\": name part must be non-empty\n"
        "spec.ports[0].appProtocol: Invalid value: \"/\": name part must consist of alphanumeric "
        "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
        "'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
        "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range "
        "(127.0.0.0/8, ::1/128)\n"
        "spec.externalIPs[1]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)\n"
        "spec.externalIPs[3]: Invalid value: \"fe80::1\": may not be in the link-local range "
        "(169.254.0.0/16, fe80::/10)\n"
        "spec.externalIPs[4]: Invalid value: \"ff02::1\": may not be in the link-local multicast range "
        "(224.0.0.0/24, ff02::/10)\n"
        "spec.externalIPs[5]: Invalid value: \"224.0.0.9\": may not be in the link-local multicast range "
        "(224.0.0.0/24, ff02::/10)\n"
        "spec.ipFamilies[0]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"\n"
        "spec.trafficDistribution: Unsupported value: \"X\": supported values: \"PreferClose\", "
        "\"PreferSameNode\", \"PreferSameZone\"\n");
}

TEST(Validation, TheAddressesOfAServiceBeginWithItsAddress) {
    auto service = support::from_json<Service>(R"({"metadata":{"name":"x"},"spec":{"ports":[{"port":80}]}})");
    service.spec.clusterIP = "10.0.0.1";
    service.spec.clusterIPs = {"10.0.0.2"};
    set_defaults(service);
    EXPECT_EQ(support::text_of(validate(service)),
              "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`\n");
}

TEST(Validation, AServiceHasAddressesOfIPv4) {
    const auto service = [](const std::string& spec) {
        auto object = support::from_json<Service>(
            R"({"metadata":{"name":"x"},"spec":{"ports":[{"port":80}],)" + spec + "}}");
        set_defaults(object);
        return support::text_of(validate(object));
    };
    const std::string no_v6 = "Invalid value: \"IPv6\": not configured on this cluster\n";
    const std::string policy = "spec.ipFamilyPolicy: Invalid value: ";
    struct Row {
        const char* spec;
        std::string expected;
    };
    for (const Row& row :
         {Row{R"("ipFamilyPolicy":"PreferDualStack")", ""},
          Row{R"("ipFamilies":["IPv6"])", "spec.ipFamilies[0]: " + no_v6},
          Row{R"("ipFamilies":["IPv6","IPv4"],"ipFamilyPolicy":"PreferDualStack")",
              "spec.ipFamilies[0]: " + no_v6},
          Row{R"("ipFamilyPolicy":"RequireDualStack")",
              policy + "\"RequireDualStack\": this cluster is not configured for dual-stack services\n"},
          Row{R"("ipFamilies":["IPv4","IPv6"],"ipFamilyPolicy":"SingleStack")",
              policy + "\"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP "
                       "families are specified\n"},
          Row{R"("clusterIPs":["10.96.0.7","fd00::7"])",
              policy +
                  "\"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster "
                  "IPs are specified\n"
                  "spec.clusterIPs[1]: Invalid value: [\"10.96.0.7\",\"fd00::7\"]: IPv6 is not configured "
                  "on this cluster\n"},
          Row{R"("ipFamilies":["IPv4","IPv4"])", "spec.ipFamilies[1]: Duplicate value: \"IPv4\"\n"},
          Row{R"("clusterIPs":["10.96.0.7","10.96.0.8"])",
              "spec.clusterIPs: Invalid value: [\"10.96.0.7\",\"10.96.0.8\"]: may specify no more than one "
              "IP "
              "for each IP family\n"},
          Row{R"("clusterIP":"fd00::7")",
              "spec.clusterIPs[0]: Invalid value: [\"fd00::7\"]: IPv6 is not "
              "configured on this cluster\n"},
          Row{R"("clusterIP":"fd00::7","ipFamilies":["IPv4"])",
              "spec.clusterIPs[0]: Invalid value: \"fd00::7\": expected an IPv4 value as indicated by "
              "`ipFamilies[0]`\n"},
          Row{R"("clusterIP":"None")", ""}, Row{R"("clusterIP":"None","ipFamilies":["IPv6"])", ""},
          Row{R"("clusterIP":"None","selector":{"a":"b"},"ipFamilies":["IPv6"])",
              "spec.ipFamilies[0]: " + no_v6}}) {
        EXPECT_EQ(service(row.spec), row.expected) << row.spec;
    }
}

TEST(Validation, AServiceKeepsItsAddress) {
    const auto service = [](std::string_view address) {
        auto object =
            support::from_json<Service>(R"({"metadata":{"name":"x"},"spec":{"ports":[{"port":80}]}})");
        object.spec.clusterIP = address;
        set_defaults(object);
        return object;
    };
    const auto update = [&](std::string_view before, std::string_view now) {
        return support::text_of(validate_update(service(now), service(before)));
    };
    EXPECT_EQ(update("10.0.0.1", "10.0.0.1"), "");
    EXPECT_EQ(update("1.2", "1.2"), "") << "it was stored like that";
    EXPECT_EQ(update("", "10.0.0.1"), "");
    EXPECT_EQ(update("10.0.0.1", "10.0.0.2"),
              "spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set\n");
    EXPECT_EQ(update("10.0.0.1", ""),
              "spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset\n");
}

TEST(Events, OfLongNamesHaveNamesThatTheApiTakes) {
    const WallTime at{std::chrono::nanoseconds{0x1234567890abcdef}};
    EXPECT_EQ(event_name("web", at), "web.1234567890abcdef");
    const std::string longest = event_name(std::string(253, 'a'), at);
    EXPECT_EQ(longest, std::string(236, 'a') + ".1234567890abcdef");
    EXPECT_EQ(event_name(std::string(234, 'a') + ".-" + std::string(17, 'b'), at),
              std::string(234, 'a') + ".1234567890abcdef");
    EXPECT_TRUE(check_text("dns_subdomain", longest).empty());
}

TEST(Validation, OfEvents) {
    const auto in = [](std::string_view own, std::string_view of_object) {
        Event event;
        event.metadata.name = "x";
        event.metadata.namespace_ = own;
        event.involvedObject.namespace_ = of_object;
        return support::text_of(validate(event));
    };
    EXPECT_EQ(in("a", "a"), "");
    EXPECT_EQ(in("default", ""), "");
    EXPECT_EQ(in("a", "b"),
              "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace\n");
    EXPECT_EQ(in("a", ""), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace\n");

    EXPECT_EQ(
        problems<Event>(R"({"eventTime":"2026-01-02T03:04:05.000000Z","reportingComponent":"a b"})"),
        "reportingComponent: Invalid value: \"a b\": name part must consist of alphanumeric characters, "
        "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
        "'my.name',  or '123-abc', regex used for validation is "
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"
        "reportingInstance: Required value\naction: Required value\nreason: Required value\n");
}

TEST(Validation, OfEventsInTheirNewForm) {
    EXPECT_EQ(problems<EventsV1Event>(R"({"type":"Odd"})"),
              "eventTime: Required value\ntype: Invalid value: \"\": has invalid value: Odd\n");
    auto before = made<EventsV1Event>(R"({"eventTime":"2026-01-02T03:04:05.000000Z","type":"Normal",
        "reportingController":"c","reportingInstance":"i","action":"a","reason":"r"})");
    EXPECT_EQ(support::text_of(validate(before)), "");
    auto now = before;
    now.series = EventsV1EventSeries{.count = 2};
    EXPECT_EQ(support::text_of(validate_update(now, before)), "");
    now.note = std::string(1025, 'x');
    now.reason = "s";
    const std::string found = support::text_of(validate_update(now, before));
    EXPECT_EQ(found.substr(0, found.find('\n')),
              "note: Invalid value: \"\": can have at most 1024 characters");
    EXPECT_NE(found.find("reason: Invalid value: \"s\": field is immutable\n"), std::string::npos);
}

TEST(Validation, OfClasses) {
    EXPECT_EQ(problems<PriorityClass>(R"({"value":1000000000})"), "");
    EXPECT_EQ(problems<PriorityClass>(R"({"value":1000000001})"),
              "value: Forbidden: maximum allowed value of a user defined priority is 1000000000\n");
    EXPECT_EQ(problems<PriorityClass>(R"({"metadata":{"name":"system-node-critical"},"value":2000001000})"),
              "");
    EXPECT_EQ(
        problems<PriorityClass>(R"({"metadata":{"name":"system-x"}})"),
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use "
        "only. error: system-x is not a known system priority class\n");
    EXPECT_EQ(update_problems<PriorityClass>(R"({"value":1,"preemptionPolicy":"Never"})", R"({"value":2})"),
              "value: Forbidden: may not be changed in an update.\n"
              "preemptionPolicy: Invalid value: \"\": field is immutable\n");
    EXPECT_EQ(problems<RuntimeClass>(R"({"handler":"A"})"),
              "handler: Invalid value: \"A\": " + std::string(label_rule));
    EXPECT_EQ(update_problems<RuntimeClass>(R"({"handler":"a"})", R"({"handler":"b"})"),
              "handler: Invalid value: \"b\": field is immutable\n");
}

TEST(Validation, OfTheRest) {
    EXPECT_EQ(problems<Lease>(R"({"spec":{"leaseDurationSeconds":0,"leaseTransitions":-1}})"),
              "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0\n"
              "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0\n");
    EXPECT_EQ(
        problems<Endpoints>(
            R"({"subsets":[{"addresses":[{"ip":"a"}],"ports":[{"port":0,"protocol":"TCP"}]}]})"),
        "subsets[0].addresses[0].ip: Invalid value: \"a\": must be a valid IP address, (e.g. 10.9.8.7 or "
        "2001:db8::ffff)\n"
        "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\n");
    EXPECT_EQ(problems<EndpointSlice>(
                  R"({"addressType":"IPv4","endpoints":[{"addresses":["192.0.2.1","2001:db8::1"]}]})"),
              "endpoints[0].addresses[1]: Invalid value: \"2001:db8::1\": must be a valid IPv4 address\n");
    EXPECT_EQ(update_problems<EndpointSlice>(R"({"addressType":"IPv4"})", R"({"addressType":"IPv6"})"),
              "addressType: Invalid value: \"IPv6\": field is immutable\n");
    EXPECT_EQ(problems<Binding>(R"({"target":{"kind":"Pod"}})"),
              "target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\"\n"
              "target.name: Required value\n");
    EXPECT_EQ(
        problems<TokenRequest>(R"({"spec":{"expirationSeconds":599}})"),
        "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes\n");
    EXPECT_EQ(problems<ServiceAccount>("{}") + problems<LimitRange>("{}"), "");
}

TEST(Validation, OfPodTemplates) {
    const auto pod_template = [](std::string_view spec, std::string_view metadata = "{}") {
        auto object =
            support::from_json<PodTemplate>(R"({"metadata":{"name":"x"},"template":{"metadata":)" +
                                            std::string(metadata) + R"(,"spec":)" + std::string(spec) + "}}");
        set_defaults(object);
        return support::text_of(validate(object));
    };
    constexpr std::string_view good = R"({"containers":[{"name":"a","image":"i"}]})";
    EXPECT_EQ(pod_template(good), "");
    EXPECT_EQ(pod_template(good, R"({"name":"Not_A_Name"})"), "") << "it is none of its Pods";
    EXPECT_EQ(pod_template(R"({"containers":null})"), "template.spec.containers: Required value\n");
    EXPECT_EQ(pod_template(R"({"restartPolicy":"Foo","containers":[{"name":"BAD_","image":"i"}],
                              "volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/"}}]})"),
              "template.spec.containers[0].name: Invalid value: \"BAD_\": " + std::string(label_rule) +
                  "template.spec.restartPolicy: Unsupported value: \"Foo\": supported values: \"Always\", "
                  "\"OnFailure\", \"Never\"\n"
                  "template.spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type\n");
    EXPECT_EQ(pod_template(R"({"containers":[{"name":"a","image":"i"}],
                              "ephemeralContainers":[{"name":"e","image":"i"}]})"),
              "template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod "
              "template\n");
    EXPECT_EQ(
        pod_template(good, R"({"labels":{"a":"-"},"annotations":{"hooklet.dev/delivery":"x"}})"),
        "template.labels: Invalid value: \"-\": a valid label must be an empty string or consist of "
        "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n"
        "template.annotations[hooklet.dev/delivery]: Unsupported value: \"x\": supported values: "
        "\"at-least-once\", \"at-most-once\"\n");
}

}  // namespace
}  // namespace hooklet::api
