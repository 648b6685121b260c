// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace hooklet {

/// Compresses pieces as one zlib stream; each piece can be read as soon as it is there.
class Deflater {
  public:
    explicit Deflater(const std::string& dictionary);
    std::string compress(std::string_view piece);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Reads a compressed stream as it comes.
class Inflater {
  public:
    /// A zlib stream that may ask for the dictionary.
    explicit Inflater(std::string dictionary);
    /// A gzip file, also one of several parts.
    static Inflater gzip();

    void feed(std::string_view bytes);
    /// At most `limit` bytes of what was fed; empty when more has to be fed. Code::invalid when it is no such
    /// stream.
    Result<std::string> take(std::size_t limit);

  private:
    struct State;
    Inflater(std::string dictionary, int window_bits);
    std::shared_ptr<State> state_;
};

}  // namespace hooklet
