// SPDX-License-Identifier: Apache-2.0
// The texts are kubectl 1.32's.
#include "client/description.hpp"
#include "unit/client/json.hpp"

#include <gtest/gtest.h>

namespace hooklet::client {
namespace {

std::string described(std::string_view object, std::vector<api::Node> related = {}, bool events = true) {
    Subject subject{.object = json(object), .related = std::move(related)};
    if (events) subject.events.emplace();
    return describe(subject);
}

TEST(DescribeKinds, AConfigMapWithItsTexts) {
    EXPECT_EQ(described(R"({"apiVersion":"v1","kind":"ConfigMap",
        "metadata":{"name":"conf","namespace":"default","labels":{"a":"b"},"annotations":{"x":"yes"}},
        "data":{"other":"v","key":"line1\nline2\n"},"binaryData":{"bin":"AAEC"}})"),
              R"(Name:         conf
Namespace:    default
Labels:       a=b
Annotations:  x: yes

Data
====
key:
----
line1
line2


other:
----
v


BinaryData
====
bin: 3 bytes

Events:  <none>
)");
}

TEST(DescribeKinds, ASecretWithItsSizes) {
    EXPECT_EQ(described(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"sec","namespace":"default"},
        "type":"Opaque","data":{"user":"YWRtaW4=","pw":"aHVudGVyMg=="}})",
                        {}, false),
              R"(Name:         sec
Namespace:    default
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
pw:    7 bytes
user:  5 bytes
)");
}

TEST(DescribeKinds, AServiceAccountWithTheSecretsThatThereAre) {
    const api::Node secret = json(R"({"kind":"Secret","metadata":{"name":"s1"}})");
    EXPECT_EQ(
        described(
            R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"robot","namespace":"default"},
        "imagePullSecrets":[{"name":"pull"}],"secrets":[{"name":"s1"},{"name":"s2"}]})",
            {secret}),
        R"(Name:                robot
Namespace:           default
Labels:              <none>
Annotations:         <none>
Image pull secrets:  pull (not found)
Mountable secrets:   s1
                     s2 (not found)
Tokens:              <none>
Events:              <none>
)");
}

TEST(DescribeKinds, AServiceWithItsEndpoints) {
    const api::Node endpoints = json(R"({"kind":"Endpoints","subsets":[{"addresses":[{"ip":"192.0.2.1"},
        {"ip":"192.0.2.2"},{"ip":"192.0.2.3"},{"ip":"::1"}],"ports":[{"name":"http","port":8080}]}]})");
    EXPECT_EQ(
        described(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"svc","namespace":"default"},
        "spec":{"selector":{"tier":"x","app":"web"},"type":"NodePort","ipFamilyPolicy":"SingleStack","ipFamilies":["IPv4"],
        "clusterIP":"10.96.0.2","clusterIPs":["10.96.0.2"],"sessionAffinity":"None","internalTrafficPolicy":"Cluster",
        "ports":[{"name":"http","port":80,"protocol":"TCP","targetPort":8080,"nodePort":30080},
                 {"port":53,"protocol":"UDP","targetPort":"dns"}]}})",
                  {endpoints}),
        R"(Name:                     svc
Namespace:                default
Labels:                   <none>
Annotations:              <none>
Selector:                 app=web,tier=x
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.0.2
IPs:                      10.96.0.2
Port:                     http  80/TCP
TargetPort:               8080/TCP
NodePort:                 http  30080/TCP
Endpoints:                192.0.2.1:8080,192.0.2.2:8080,192.0.2.3:8080 + 1 more...
Port:                     <unset>  53/UDP
TargetPort:               dns/UDP
Endpoints:                <none>
Session Affinity:         None
Internal Traffic Policy:  Cluster
Events:                   <none>
)");
}

TEST(DescribeKinds, Endpoints) {
    EXPECT_EQ(
        described(R"({"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"ext","namespace":"default"},
        "subsets":[{"addresses":[{"ip":"192.0.2.1"},{"ip":"192.0.2.2"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]}]})"),
        R"(Name:         ext
Namespace:    default
Labels:       <none>
Annotations:  <none>
Subsets:
  Addresses:          192.0.2.1,192.0.2.2
  NotReadyAddresses:  <none>
  Ports:
    Name  Port  Protocol
    ----  ----  --------
    http  80    TCP

Events:  <none>
)");
}

const char* const quota =
    R"({"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"quota","namespace":"default"},
    "spec":{"scopes":["BestEffort"]},"status":{"hard":{"pods":"10","memory":"4Gi"},"used":{"pods":"2"}}})";
const char* const limits =
    R"({"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"limits","namespace":"default"},
    "spec":{"limits":[{"type":"Container","default":{"cpu":"500m","memory":"1Gi"},"defaultRequest":{"cpu":"100m"},
    "max":{"cpu":"2"},"min":{"cpu":"10m"},"maxLimitRequestRatio":{"cpu":"10"}},{"type":"Pod","max":{"memory":"2Gi"}}]}})";

TEST(DescribeKinds, AQuotaWithWhatIsUsed) {
    EXPECT_EQ(described(quota, {}, false), R"(Name:       quota
Namespace:  default
Scopes:     BestEffort
 * Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.
Resource  Used  Hard
--------  ----  ----
memory    0     4Gi
pods      2     10
)");
}

TEST(DescribeKinds, TheLimitsOfARange) {
    EXPECT_EQ(described(limits, {}, false),
              R"(Name:       limits
Namespace:  default
Type        Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
----        --------  ---  ---  ---------------  -------------  -----------------------
Container   cpu       10m  2    100m             500m           10
Container   memory    -    -    -                1Gi            -
Pod         memory    -    2Gi  -                -              -
)");
}

TEST(DescribeKinds, ANamespaceWithItsQuotasAndLimits) {
    const char* const object =
        R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"},"status":{"phase":"Active"}})";
    EXPECT_EQ(described(object, {}, false), R"(Name:         n
Labels:       <none>
Annotations:  <none>
Status:       Active

No resource quota.

No LimitRange resource.
)");
    EXPECT_EQ(described(object, {json(quota), json(limits)}, false), R"(Name:         n
Labels:       <none>
Annotations:  <none>
Status:       Active

Resource Quotas
  Name:    quota
  Scopes:  BestEffort
  * Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.
  Resource  Used  Hard
  --------  ---   ---
  memory    0     4Gi
  pods      2     10

Resource Limits
 Type       Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
 ----       --------  ---  ---  ---------------  -------------  -----------------------
 Container  cpu       10m  2    100m             500m           10
 Container  memory    -    -    -                1Gi            -
 Pod        memory    -    2Gi  -                -              -
)");
}

TEST(DescribeKinds, APriorityClass) {
    EXPECT_EQ(
        described(R"({"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"high"},
        "value":1000,"preemptionPolicy":"PreemptLowerPriority","description":"for what matters"})"),
        R"(Name:              high
Value:             1000
GlobalDefault:     false
PreemptionPolicy:  PreemptLowerPriority
Description:       for what matters
Annotations:       <none>
Events:            <none>
)");
}

TEST(DescribeKinds, AnythingElseFieldByField) {
    EXPECT_EQ(described(R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w","uid":"u",
        "creationTimestamp":"2026-11-21T17:00:00Z","managedFields":[{}]},
        "spec":{"sizeInMm":3,"example.com/key":"v"}})",
                        {}, false),
              R"(Name:         w
Namespace:    
Labels:       <none>
Annotations:  <none>
API Version:  example.com/v1
Kind:         Widget
Metadata:
  Creation Timestamp:  2026-11-21T17:00:00Z
  UID:                 u
Spec:
  example.com/key:  v
  Size In Mm:       3
)");
}

}  // namespace
}  // namespace hooklet::client
