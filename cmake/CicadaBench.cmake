# One benchmark executable, in build/bench.
#
#   cicada_bench(primitives SOURCES primitives_bench.cpp ROOMS crypto/openssl crypto/mbedtls [LIBRARIES fmt::fmt])
#
# makes build/bench/primitives out of the sources in bench/, with Google Benchmark and its main().

function(cicada_bench name)
  cmake_parse_arguments(BENCH "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  if(BENCH_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cicada_bench(${name}): unknown arguments ${BENCH_UNPARSED_ARGUMENTS}")
  endif()
  set(target "bench_${name}")
  string(REPLACE "-" "_" target "${target}")
  add_executable(${target} ${BENCH_SOURCES})
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bench" OUTPUT_NAME "${name}")
  target_link_libraries(${target} PRIVATE cicada_compile benchmark::benchmark benchmark::benchmark_main ${BENCH_LIBRARIES})
  cicada_precompiled(${target} executable)
  foreach(room IN LISTS BENCH_ROOMS)
    cicada_room_target(needed "${room}")
    target_link_libraries(${target} PRIVATE ${needed})
  endforeach()
endfunction()
