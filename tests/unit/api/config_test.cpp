// SPDX-License-Identifier: Apache-2.0
// ConfigMaps and Secrets.
#include "adapters/yaml/yaml.hpp"
#include "api/base64.hpp"
#include "api/codec.hpp"
#include "api/defaults.hpp"
#include "api/json.hpp"
#include "api/manifest.hpp"
#include "api/validation.hpp"

#include <gmock/gmock.h>

namespace hooklet::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Base64, GoesBothWays) {
    const std::map<std::string, std::string> table = {{"", ""},
                                                      {"a", "YQ=="},
                                                      {"ab", "YWI="},
                                                      {"abc", "YWJj"},
                                                      {"abcd", "YWJjZA=="},
                                                      {std::string("\0\xff\x10", 3), "AP8Q"},
                                                      {"\xfb\xff", "+/8="}};
    for (const auto& [bytes, text] : table) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text), bytes) << text;
    }
    EXPECT_EQ(from_base64("YW\nJj\r\n"), "abc");
}

TEST(Base64, SaysWhereItIsNot) {
    const std::map<std::string, int> table = {{"Y", 0},    {"YWJjZ", 4}, {"YW", 0},       {"YQ=", 3},
                                              {"Y===", 1}, {"YQ==x", 4}, {"YWJj-_8=", 4}, {"====", 0}};
    for (const auto& [text, position] : table) {
        const auto bytes = from_base64(text);
        ASSERT_FALSE(bytes) << text;
        EXPECT_EQ(bytes.error().message, "illegal base64 data at input byte " + std::to_string(position))
            << text;
    }
}

constexpr std::string_view objects = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: blue, "file.txt": "a\nb"}
binaryData: {raw: AAE=}
immutable: true
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: other}
data: {user: YWRtaW4=, password: b2xk}
stringData: {password: new}
)";

TEST(Config, IsLoadedFromAManifestWithoutPods) {
    const Manifest manifest = load_manifest("m.yaml", objects, yaml::parse_documents);
    for (const Issue& issue : manifest.issues) ADD_FAILURE() << to_string(issue);
    ASSERT_EQ(manifest.config_maps.size(), 1U);
    ASSERT_EQ(manifest.secrets.size(), 1U);
    const ConfigMap& settings = manifest.config_maps[0];
    EXPECT_EQ(settings.metadata.namespace_, "default");
    EXPECT_THAT(settings.data, ElementsAre(Pair("color", "blue"), Pair("file.txt", "a\nb")));
    EXPECT_THAT(settings.binaryData, ElementsAre(Pair("raw", std::string("\0\1", 2))));
    EXPECT_EQ(settings.immutable, true);

    const Secret& token = manifest.secrets[0];
    EXPECT_EQ(token.metadata.namespace_, "other");
    EXPECT_EQ(token.type, "Opaque");
    EXPECT_THAT(token.data, ElementsAre(Pair("password", "new"), Pair("user", "admin")));
    EXPECT_THAT(token.stringData, IsEmpty());
    const Node written = encode(token);
    EXPECT_EQ(write_json(*written.find("data")), R"({"password":"bmV3","user":"YWRtaW4="})");
}

TEST(Config, HasAtMostAMebibyte) {
    ConfigMap settings;
    settings.metadata.name = "a";
    settings.data["a"] = std::string(1024 * 1024, 'x');
    EXPECT_THAT(validate(settings), IsEmpty());
    settings.binaryData["b"] = "x";
    ASSERT_EQ(validate(settings).size(), 1U);
    EXPECT_EQ(field_text(validate(settings)[0]), "Too long: may not be more than 1048576 bytes");

    Secret token;
    token.metadata.name = "a";
    token.data["a"] = std::string(1024 * 1024 + 1, 'x');
    ASSERT_EQ(validate(token).size(), 1U);
    EXPECT_EQ(field_text(validate(token)[0]), "data: Too long: may not be more than 1048576 bytes");
    EXPECT_EQ(cause_reason(validate(token)[0].reason), "FieldValueTooLong");
}

TEST(Config, StaysWhenItIsImmutable) {
    const auto texts = [](const Issues& issues) {
        std::vector<std::string> all;
        for (const Issue& issue : issues) all.push_back(field_text(issue));
        return all;
    };
    const std::string frozen = ": Forbidden: field is immutable when `immutable` is set";
    ConfigMap old;
    old.metadata.name = "a";
    old.data["k"] = "1";
    ConfigMap next = old;
    next.data["k"] = "2";
    next.binaryData["b"] = "3";
    EXPECT_THAT(validate_update(next, old), IsEmpty());
    old.immutable = true;
    EXPECT_THAT(texts(validate_update(next, old)),
                ElementsAre("immutable" + frozen, "data" + frozen, "binaryData" + frozen));
    EXPECT_THAT(validate_update(old, old), IsEmpty());

    Secret token;
    token.metadata.name = "a";
    token.type = "Opaque";
    token.immutable = true;
    Secret changed = token;
    changed.data["k"] = "s3cret";
    changed.type = "example.com/own";
    EXPECT_THAT(texts(validate_update(changed, token)),
                ElementsAre("type: Invalid value: \"example.com/own\": field is immutable", "data" + frozen));
}

}  // namespace
}  // namespace hooklet::api
