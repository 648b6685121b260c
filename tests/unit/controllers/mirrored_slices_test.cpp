// SPDX-License-Identifier: Apache-2.0
#include "controllers/mirrored_slices.hpp"

#include "api/json.hpp"
#include "controllers/service_targets.hpp"
#include "informer/document.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

api::Endpoints endpoints_with(const std::string& subsets, const std::string& metadata = "") {
    return read_as<api::Endpoints>(
        api::parse_json(
            fmt::format(R"({{"metadata":{{"name":"s","namespace":"n","uid":"eu"{}}},"subsets":[{}]}})",
                        metadata, subsets))
            .value());
}

/// `IPv4 http:80 -> 192.0.2.1 !192.0.2.2`, one for each slice; `!` is not ready.
std::vector<std::string> mirrors(const api::Endpoints& endpoints) {
    std::vector<std::string> texts;
    for (const api::EndpointSlice& slice : mirrored_slices(endpoints)) {
        std::string& text = texts.emplace_back(slice.addressType);
        for (const api::SlicePort& port : slice.ports)
            text += fmt::format(" {}:{}", port.name.value_or("?"), port.port.value_or(0));
        text += " ->";
        for (const api::SliceEndpoint& endpoint : slice.endpoints) {
            const bool ready = endpoint.conditions.ready.value_or(false);
            text += (ready ? " " : " !") + endpoint.addresses.at(0);
        }
    }
    return texts;
}

constexpr const char* http_subset = R"({"addresses":[{"ip":"192.0.2.1"},{"ip":"2001:db8::1"}],
    "notReadyAddresses":[{"ip":"192.0.2.2"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]})";

TEST(MirroredSlices, AreOneForEachFamilyAndSetOfPorts) {
    EXPECT_THAT(mirrors(endpoints_with(http_subset)),
                ElementsAre("IPv4 http:80 -> 192.0.2.1 !192.0.2.2", "IPv6 http:80 -> 2001:db8::1"));
    const std::string more = R"(,{"addresses":[{"ip":"192.0.2.1"},{"ip":"192.0.2.3"}],
        "ports":[{"name":"http","port":80,"protocol":"TCP"}]},{"addresses":[{"ip":"192.0.2.1"}]})";
    EXPECT_THAT(mirrors(endpoints_with(http_subset + more)),
                ElementsAre("IPv4 http:80 -> 192.0.2.1 !192.0.2.2 192.0.2.3", "IPv6 http:80 -> 2001:db8::1",
                            "IPv4 -> 192.0.2.1"));
    EXPECT_THAT(mirrors(endpoints_with("")), IsEmpty());
    EXPECT_THAT(mirrors(endpoints_with(R"({"ports":[{"port":80}]})")), IsEmpty());
}

TEST(MirroredSlices, SayWhatTheyAreOf) {
    const auto slices = mirrored_slices(endpoints_with(
        R"({"addresses":[{"ip":"192.0.2.1","hostname":"h","nodeName":"box","targetRef":{"kind":"Pod"}}]})",
        R"(,"labels":{"a":"b"},"annotations":{"c":"d","endpoints.kubernetes.io/last-change-trigger-time":"t",
        "kubectl.kubernetes.io/last-applied-configuration":"{}"})"));
    ASSERT_THAT(slices, SizeIs(1));
    const api::ObjectMeta& metadata = slices[0].metadata;
    EXPECT_EQ(metadata.labels,
              (std::map<std::string, std::string>{
                  {"a", "b"}, {slice_service_label, "s"}, {slice_managed_by, slice_mirror}}));
    EXPECT_EQ(metadata.annotations, (std::map<std::string, std::string>{{"c", "d"}}));
    ASSERT_THAT(metadata.ownerReferences, SizeIs(1));
    EXPECT_EQ(metadata.ownerReferences[0].kind + " " + metadata.ownerReferences[0].uid, "Endpoints eu");
    EXPECT_TRUE(metadata.name.starts_with("s-")) << metadata.name;
    const api::SliceEndpoint& endpoint = slices[0].endpoints.at(0);
    EXPECT_EQ(endpoint.hostname, "h");
    EXPECT_EQ(endpoint.nodeName, "box");
    EXPECT_EQ(endpoint.targetRef->kind, "Pod");
}

TEST(MirroredSlices, HaveAThousandAddressesOfASubset) {
    std::string addresses;
    for (int i = 0; i < 1100; ++i)
        addresses += fmt::format(R"({}{{"ip":"10.0.{}.{}"}})", i == 0 ? "" : ",", i / 250, i % 250);
    const auto slices = mirrored_slices(endpoints_with(fmt::format(R"({{"addresses":[{}]}})", addresses)));
    ASSERT_THAT(slices, SizeIs(1));
    EXPECT_THAT(slices[0].endpoints, SizeIs(1000));
}

TEST(MirroredSlices, AreNotForAll) {
    EXPECT_TRUE(is_mirrored(endpoints_with("")));
    EXPECT_TRUE(
        is_mirrored(endpoints_with("", R"(,"labels":{"endpointslice.kubernetes.io/skip-mirror":"false"})")));
    EXPECT_FALSE(
        is_mirrored(endpoints_with("", R"(,"labels":{"endpointslice.kubernetes.io/skip-mirror":"true"})")));
    EXPECT_FALSE(is_mirrored(
        endpoints_with("", R"(,"annotations":{"control-plane.alpha.kubernetes.io/leader":"{}"})")));
}

}  // namespace
}  // namespace hooklet
