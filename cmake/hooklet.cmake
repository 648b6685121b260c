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
if(HOOKLET_SANITIZE)
  target_compile_options(hooklet_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                         -fno-omit-frame-pointer)
  target_link_options(hooklet_options INTERFACE -fsanitize=address,undefined)
endif()

# hooklet_room(NAME [LINKS room...] [PRIVATE_LINKS lib...])
# A folder of src/ is one static library named hooklet_NAME; LINKS names the rooms below it.
function(hooklet_room name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS;EXTRA_SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.hpp)
  if(sources OR ARG_EXTRA_SOURCES)
    add_library(hooklet_${name} STATIC ${sources} ${headers} ${ARG_EXTRA_SOURCES})
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

# hooklet_test(NAME [SOURCES file...] [LINKS lib...] [LABELS label...] [SERIAL])
# One GoogleTest executable out of SOURCES, else all .cpp files below the current folder; each test becomes a
# ctest test.
function(hooklet_test name)
  cmake_parse_arguments(ARG "SERIAL" "" "SOURCES;LINKS;LABELS" ${ARGN})
  set(sources ${ARG_SOURCES})
  if(NOT sources)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  set(properties LABELS "${ARG_LABELS}" TIMEOUT 300)
  if(ARG_SERIAL)
    list(APPEND properties RUN_SERIAL ON)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()
