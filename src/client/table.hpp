// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// What people want to see of a table besides its rows.
struct TableOptions {
    bool wide = false;  ///< The columns that do not fit everywhere too.
    bool headers = true;
    bool namespaces = false;                   ///< The objects are of several namespaces.
    std::vector<std::string> label_columns{};  ///< Labels with a column of their own.
    bool labels = false;                       ///< All labels as the last column.
    std::string prefix{};                      ///< Before each name, where several types are shown: `pod/`.
};

/// Lays out the tables of a server (meta.k8s.io/v1 Table) as kubectl does. The tables of one watch go through
/// one of these: columns and their widths are remembered, and the header is shown once.
class TableText {
  public:
    explicit TableText(TableOptions options) : options_(std::move(options)) {}
    /// Its rows as lines; nothing for a table without rows. With `event`, what came of them (`ADDED`) stands
    /// before the others in a column of its own; then it does in each call.
    std::string lines(const api::Node& table, std::string_view event = "");

  private:
    struct Column {
        std::string name;
        std::size_t cell = 0;
        bool is_name = false;
    };
    using Cells = std::vector<std::string>;
    void read_columns(const api::Node& table);
    [[nodiscard]] Cells header() const;
    [[nodiscard]] Cells cells_of(const api::Node& row) const;

    TableOptions options_;
    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
    bool begun_ = false;
};

}  // namespace hooklet::client
