// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/kernel_messages.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(KernelMessages, ARecordsTextIsItsFirstLineWithoutWhatIsBeforeIt) {
    struct Case {
        std::string_view record, message;
    };
    for (const Case& c : {
             Case{"6,339,5140900,-;NET: Registered protocol\n SUBSYSTEM=net\n DEVICE=+pci:0000\n",
                  "NET: Registered protocol"},
             Case{"12,340,1,c,caller=T1;a;b", "a;b"},
             Case{"6,339,5140900,-;", ""},
             Case{"no record", ""},
             Case{"", ""},
         }) {
        EXPECT_EQ(kernel_message(c.record), c.message) << c.record;
    }
}

}  // namespace
}  // namespace hooklet
