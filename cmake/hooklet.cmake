# SPDX-License-Identifier: Apache-2.0
# What every target of the project shares: warnings as errors, sanitizers, and the room and test helpers.

add_library(hooklet_options INTERFACE)
target_compile_options(hooklet_options INTERFACE -Wall -Wextra -Werror -Wpedantic -Wshadow -Wnon-virtual-dtor
                       -Woverloaded-virtual -Wextra-semi -Wno-missing-field-initializers)
target_compile_definitions(hooklet_options INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_ARRAY
                           HOOKLET_VERSION="${PROJECT_VERSION}")
# GCC's -fcoroutines false positives, seen at -O2 in inlined Boost.Asio frames.
target_compile_options(hooklet_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-dangling-pointer
                       -Wno-mismatched-new-delete -Wno-restrict>)
# libstdc++'s own use of a deprecated function, which clang blames on whoever sorts.
target_compile_options(hooklet_options INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
if(HOOKLET_UNITY)
  # Each file counts as a header there, where types of unnamed namespaces are suspicious.
  target_compile_options(hooklet_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(HOOKLET_SANITIZE)
  target_compile_options(hooklet_options INTERFACE -fsanitize=${HOOKLET_SANITIZE} -fno-sanitize-recover=undefined
                         -fno-omit-frame-pointer)
  target_link_options(hooklet_options INTERFACE -fsanitize=${HOOKLET_SANITIZE})
endif()
if(HOOKLET_SANITIZE MATCHES address AND HOOKLET_SANITIZE MATCHES undefined)
  # Asked at each use of a pointer, a third of the time that a file takes: ASan sees most of what they would.
  target_compile_options(hooklet_options INTERFACE -fno-sanitize=null,alignment,object-size,vptr)
endif()

# Of the tests themselves. What another test of the batch calls `host` is no reason to think of another name; and
# UBSan's checks are for what is tested: in the tests, which are two thirds of a build, they take a third of its time.
add_library(hooklet_test_options INTERFACE)
if(HOOKLET_UNITY)
  target_compile_options(hooklet_test_options INTERFACE -Wno-shadow)
endif()
if(HOOKLET_SANITIZE MATCHES undefined)
  target_compile_options(hooklet_test_options INTERFACE -fno-sanitize=undefined)
endif()

# Headers that cost most and that most files include are compiled once per set: `rooms` for src/, `tests` adds
# GoogleTest and the API types. A file includes what it uses all the same: `make lint` builds without them.
set(HOOKLET_ROOM_HEADERS <algorithm> <chrono> <functional> <map> <memory> <optional> <set> <string> <variant> <vector>
    <fmt/format.h> <boost/asio/awaitable.hpp> <boost/asio/associated_executor.hpp> <boost/asio/async_result.hpp>
    <boost/asio/post.hpp> <boost/asio/use_awaitable.hpp>)
set(HOOKLET_TEST_HEADERS ${HOOKLET_ROOM_HEADERS} <gtest/gtest.h> <gmock/gmock.h>)

# hooklet_precompile(SET [LINKS lib...] [HEADERS header...])
# Makes the target hooklet_SET_headers, whose compiled HEADERS others take over by REUSE_FROM.
function(hooklet_precompile set)
  cmake_parse_arguments(ARG "" "" "LINKS;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${set}_headers.cpp CONTENT "// SPDX-License-Identifier: Apache-2.0\n")
  add_library(hooklet_${set}_headers OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${set}_headers.cpp)
  target_link_libraries(hooklet_${set}_headers PRIVATE hooklet_options ${ARG_LINKS})
  target_precompile_headers(hooklet_${set}_headers PRIVATE ${ARG_HEADERS})
endfunction()

# hooklet_room(NAME [LINKS room...] [PRIVATE_LINKS lib...])
# A folder of src/ is one static library named hooklet_NAME; LINKS names the rooms below it.
function(hooklet_room name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS;EXTRA_SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  if(sources OR ARG_EXTRA_SOURCES)
    add_library(hooklet_${name} STATIC ${sources} ${headers} ${ARG_EXTRA_SOURCES})
    target_precompile_headers(hooklet_${name} REUSE_FROM hooklet_room_headers)
    set(scope PUBLIC)
  else()
    add_library(hooklet_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(hooklet_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_LINKS PREPEND hooklet_)
  target_link_libraries(hooklet_${name} ${scope} hooklet_options ${ARG_LINKS})
  if(ARG_PRIVATE_LINKS)
    target_link_libraries(hooklet_${name} PRIVATE ${ARG_PRIVATE_LINKS})
  endif()
endfunction()

# hooklet_test(NAME [SOURCES file...] [LINKS lib...] [LABELS label...] [ENGINE])
# One GoogleTest executable out of SOURCES, else all .cpp files below the current folder; each test becomes a
# ctest test. Tests with an ENGINE run one at a time, from the beginning, so that the others fill the other cores.
function(hooklet_test name)
  cmake_parse_arguments(ARG "ENGINE" "" "SOURCES;LINKS;LABELS" ${ARGN})
  set(sources ${ARG_SOURCES})
  if(NOT sources)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gmock GTest::gtest_main hooklet_test_options)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_precompile_headers(${name} REUSE_FROM hooklet_test_headers)
  set(properties LABELS "${ARG_LABELS}" TIMEOUT 900)
  if(ARG_ENGINE)
    list(APPEND properties RESOURCE_LOCK engine COST 1000)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()
