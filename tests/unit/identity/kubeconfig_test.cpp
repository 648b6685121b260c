// SPDX-License-Identifier: Apache-2.0
#include "identity/kubeconfig.hpp"

#include <gtest/gtest.h>

namespace hooklet::identity {
namespace {

TEST(Kubeconfig, HasAllItNeedsInside) {
    EXPECT_EQ(kubeconfig("https://127.0.0.1:6443", "CA\n", {"CERT\n", "KEY\n"}),
              "apiVersion: v1\n"
              "kind: Config\n"
              "clusters:\n"
              "- name: hooklet\n"
              "  cluster:\n"
              "    server: https://127.0.0.1:6443\n"
              "    certificate-authority-data: Q0EK\n"
              "users:\n"
              "- name: hooklet-admin\n"
              "  user:\n"
              "    client-certificate-data: Q0VSVAo=\n"
              "    client-key-data: S0VZCg==\n"
              "contexts:\n"
              "- name: hooklet\n"
              "  context:\n"
              "    cluster: hooklet\n"
              "    user: hooklet-admin\n"
              "current-context: hooklet\n");
}

}  // namespace
}  // namespace hooklet::identity
