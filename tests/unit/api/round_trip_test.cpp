// SPDX-License-Identifier: Apache-2.0
// Every type that is sent as a document of its own goes through both forms and comes back the same.
#include "api/codec.hpp"
#include "api/disruption_types.hpp"
#include "api/json.hpp"
#include "api/protobuf.hpp"
#include "api/quota_types.hpp"
#include "api/rbac_types.hpp"
#include "support/api_filler.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

template <class T>
class RoundTrip : public testing::Test {};

using Documents =
    testing::Types<Binding, ClusterRole, ClusterRoleBinding, ConfigMap, DeleteOptions, Endpoints,
                   EndpointSlice, Event, EventsV1Event, Eviction, Lease, LimitRange, LocalSubjectAccessReview,
                   Namespace, NodeObject, Pod, PodDisruptionBudget, PodTemplate, PriorityClass, ResourceQuota,
                   Role, RoleBinding, RuntimeClass, Secret, SelfSubjectAccessReview, SelfSubjectReview,
                   SelfSubjectRulesReview, Service, ServiceAccount, StatusObject, SubjectAccessReview,
                   TokenRequest, TokenReview>;
TYPED_TEST_SUITE(RoundTrip, Documents);

template <class T>
T through_json(const T& object) {
    const auto node = parse_json(write_json(encode(object)));
    EXPECT_TRUE(node);
    Issues issues;
    T back = decode<T>(*node, issues);
    for (const Issue& issue : issues) ADD_FAILURE() << to_string(issue);
    return back;
}

template <class T>
T through_protobuf(const T& object) {
    T back;
    const Status read = decode_protobuf(describe<T>(), encode_protobuf(describe<T>(), &object), &back);
    EXPECT_TRUE(read) << read.error().text();
    return back;
}

TYPED_TEST(RoundTrip, Json) {
    const auto full = support::filled<TypeParam>();
    EXPECT_NE(full, TypeParam{});
    EXPECT_EQ(through_json(full), full);
    EXPECT_EQ(through_json(TypeParam{}), TypeParam{});
}

TYPED_TEST(RoundTrip, Protobuf) {
    const auto full = support::filled<TypeParam>();
    EXPECT_EQ(through_protobuf(full), full);
    EXPECT_EQ(through_protobuf(TypeParam{}), TypeParam{});
}

TEST(RoundTripOf, TypesThatTheApiCallsOtherwise) {
    EXPECT_EQ(describe<NodeObject>().name, "Node");
    EXPECT_EQ(describe<StatusObject>().name, "Status");
    EXPECT_EQ(describe<EventsV1Event>().name, "Event");
    EXPECT_EQ(describe<EventsV1Event>().group, "events.k8s.io/v1");
}

TEST(RoundTripOf, MicroTimes) {
    Lease lease;
    lease.spec.renewTime = WallTime{std::chrono::microseconds(1'000'001)};
    EXPECT_EQ(write_json(encode(lease.spec)), R"({"renewTime":"1970-01-01T00:00:01.000001Z"})");
    lease.spec.renewTime = WallTime{std::chrono::nanoseconds(1'999'999'999)};
    EXPECT_EQ(write_json(encode(lease.spec)), R"({"renewTime":"1970-01-01T00:00:01.999999Z"})");
    EXPECT_EQ(through_protobuf(lease).spec.renewTime->at, WallTime{std::chrono::microseconds(1'999'999)});
    Issues none;
    lease.spec = decode<LeaseSpec>(*parse_json(R"({"acquireTime":"0001-01-01T00:00:00Z",)"
                                               R"("renewTime":"0001-01-01T00:00:02.000001Z"})"),
                                   none);
    EXPECT_TRUE(lease.spec.acquireTime->is_zero());
    EXPECT_EQ(rfc3339_micro(through_protobuf(lease).spec.renewTime->at), "0001-01-01T00:00:02.000001Z");
    EXPECT_NE(write_json(encode(Event{})).find(R"("eventTime":null)"), std::string::npos);
}

TEST(RoundTripOf, ListsByName) {
    UserInfo user;
    user.extra["scopes"] = {"a", "b"};
    user.extra["none"] = {};
    EXPECT_EQ(write_json(encode(user)), R"({"extra":{"none":[],"scopes":["a","b"]}})");
    EXPECT_EQ(through_json(user), user);
    EXPECT_EQ(through_protobuf(user), user);
    Issues issues;
    decode<UserInfo>(*parse_json(R"({"extra":{"a":"b","c":[1]}})"), issues);
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_EQ(issues[0].path, "extra[a]");
    EXPECT_EQ(issues[1].path, "extra[c][0]");
}

}  // namespace
}  // namespace hooklet::api
