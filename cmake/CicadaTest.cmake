# One executable per test group, one ctest test per case.
#
#   cicada_test(unit/base SOURCES a.cpp b.cpp ROOMS base [LIBRARIES fmt::fmt] [LABELS slow] [TIMEOUT 120] [WHOLE])
#
# After linking, the executable is asked for its cases (-ln) and each becomes a ctest test "unit.base.Group.Name".
# WHOLE registers the executable as one ctest test instead: for groups of many thousand data cases.
# WRAPPER is a command that each case runs under; if it exits with 77 the case counts as skipped.
# The tests run in the source folder tests/, so that data files are found as "vectors/x.json".

function(cicada_test name)
  cmake_parse_arguments(TEST "WHOLE" "TIMEOUT;WRAPPER" "SOURCES;ROOMS;LIBRARIES;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  string(REPLACE "/" "_" target "test_${name}")
  string(REPLACE "-" "_" target "${target}")
  string(REPLACE "/" "." prefix "${name}")
  add_executable(${target} ${TEST_SOURCES} "${CMAKE_SOURCE_DIR}/tests/support/main.cpp")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests/support")
  target_link_libraries(${target} PRIVATE cicada_compile PkgConfig::cpputest ${TEST_LIBRARIES})
  cicada_precompiled(${target} executable)
  # Three quarters of a test file's compile time went into optimizing code that runs once. The rooms keep -O3.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  foreach(room IN LISTS TEST_ROOMS)
    cicada_room_target(needed "${room}")
    target_link_libraries(${target} PRIVATE ${needed})
  endforeach()

  if(TEST_WHOLE)
    add_test(NAME ${prefix} COMMAND ${target} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}/tests")
    set_tests_properties(${prefix} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
    return()
  endif()

  set(list "${CMAKE_CURRENT_BINARY_DIR}/${target}_cases.cmake")
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND}
      -D "EXECUTABLE=$<TARGET_FILE:${target}>" -D "OUTPUT=${list}" -D "PREFIX=${prefix}"
      -D "WORKING_DIRECTORY=${CMAKE_SOURCE_DIR}/tests" -D "LABELS=${TEST_LABELS}" -D "TIMEOUT=${TEST_TIMEOUT}" -D "WRAPPER=${TEST_WRAPPER}"
      -P "${CMAKE_SOURCE_DIR}/cmake/ListCases.cmake"
    BYPRODUCTS "${list}" VERBATIM)
  file(WRITE "${list}.include" "if(EXISTS \"${list}\")\n  include(\"${list}\")\nelse()\n  add_test(${prefix}_NOT_BUILT ${prefix}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${list}.include")
endfunction()
