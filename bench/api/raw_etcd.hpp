// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace hooklet::bench {

/// What the store of most clusters does on this disk.
struct EtcdRates {
    double together = 0;  ///< Puts a second by `clients` at once.
    double alone = 0;     ///< By one client.
};

/// Starts the etcd `program` in `folder`, puts `count` values of `size` bytes by `clients` at once and some
/// by one, and ends it. Throws when it does not serve or refuses a put.
EtcdRates raw_etcd_writes(const std::string& program, const std::string& folder, std::size_t size,
                          int clients, int count);

}  // namespace hooklet::bench
