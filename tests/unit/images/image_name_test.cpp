// SPDX-License-Identifier: Apache-2.0
#include "images/image_name.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

struct NameCase {
    const char* image;
    const char* expected;  ///< nullptr: refused
};

class ImageName : public testing::TestWithParam<NameCase> {};

TEST_P(ImageName, GetsItsDefaultTag) {
    const Result<std::string> name = with_default_tag(GetParam().image);
    if (GetParam().expected == nullptr) {
        ASSERT_FALSE(name);
        EXPECT_EQ(name.error().code, Code::invalid);
        EXPECT_EQ(name.error().message, std::string("couldn't parse image name \"") + GetParam().image +
                                            "\": invalid reference format");
    } else {
        ASSERT_TRUE(name) << name.error().message;
        EXPECT_EQ(*name, GetParam().expected);
    }
}

INSTANTIATE_TEST_SUITE_P(Table, ImageName,
                         testing::Values(NameCase{"busybox", "busybox:latest"},
                                         NameCase{"busybox:1.36", "busybox:1.36"},
                                         NameCase{"localhost:5000/a/b", "localhost:5000/a/b:latest"},
                                         NameCase{"localhost:5000/a/b:v1", "localhost:5000/a/b:v1"},
                                         NameCase{"a.example/x_y/z--1", "a.example/x_y/z--1:latest"},
                                         NameCase{"x@sha256:0123456789abcdef0123456789abcdef",
                                                  "x@sha256:0123456789abcdef0123456789abcdef"},
                                         NameCase{"", nullptr}, NameCase{"a b", nullptr},
                                         NameCase{"x:", nullptr}, NameCase{"x:-tag", nullptr},
                                         NameCase{"/x", nullptr}, NameCase{"x@sha256:short", nullptr}));

TEST(ImageNames, CapitalLettersAreNamed) {
    const auto why = [](const std::string& image) { return with_default_tag(image).error().message; };
    const auto text = [](const std::string& image, const std::string& repository) {
        return "couldn't parse image name \"" + image + "\": invalid reference format: repository name (" +
               repository + ") must be lowercase";
    };
    EXPECT_EQ(why("Foo"), text("Foo", "library/Foo"));
    EXPECT_EQ(why("UPPER/Case:1"), text("UPPER/Case:1", "Case"));
    EXPECT_EQ(why("me/Case:1"), text("me/Case:1", "me/Case"));
    EXPECT_EQ(why("localhost:5000/a/B:v1"), text("localhost:5000/a/B:v1", "a/B"));
}

}  // namespace
}  // namespace hooklet
