// SPDX-License-Identifier: Apache-2.0
#include "app/application.hpp"

int main(int argc, char** argv) {
    return hooklet::app::run({argv + 1, argv + argc});
}
