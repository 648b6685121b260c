// SPDX-License-Identifier: Apache-2.0
#include "server/components.hpp"

#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

struct ComponentsTest : ServerTest {
    ComponentsTest() { services.components = &components; }
    Components components{&objects};
};

TEST_F(ComponentsTest, TheStoreIsAsHealthyAsItsLastWrite) {
    const std::string all = "/api/v1/componentstatuses";
    const auto conditions = [&] { return text(json("GET", all + "/store"), "conditions"); };
    EXPECT_EQ(conditions(), R"([{"type":"Healthy","status":"True","message":"ok"}])");
    storage.crash();
    EXPECT_NE(make_map("a"), "201");
    EXPECT_NE(conditions().find(R"([{"type":"Healthy","status":"False","error":")"), std::string::npos);
    storage.reopen();
    EXPECT_EQ(make_map("a"), "201");
    EXPECT_EQ(conditions(), R"([{"type":"Healthy","status":"True","message":"ok"}])");
    EXPECT_EQ(verdict("GET", all + "/other"), R"(404 NotFound: componentstatuses "other" not found)");
    EXPECT_EQ(verdict("GET", all + "?watch=1").substr(0, 3), "405");
}

}  // namespace
}  // namespace hooklet::server
