# One libFuzzer target.
#
#   cicada_fuzz(asn1/cms SOURCES asn1/cms.cpp ROOMS asn1 [LIBRARIES ...])
#
# makes fuzz_asn1_cms in the build folder's fuzz/. Only with CICADA_FUZZ (cmake --preset fuzz).
# Run:  fuzz/seeds.sh build-fuzz/corpus && build-fuzz/fuzz/fuzz_asn1_cms -max_total_time=60 build-fuzz/corpus/asn1_cms

function(cicada_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  if(FUZZ_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cicada_fuzz(${name}): unknown arguments ${FUZZ_UNPARSED_ARGUMENTS}")
  endif()
  string(REPLACE "/" "_" target "fuzz_${name}")
  string(REPLACE "-" "_" target "${target}")
  add_executable(${target} ${FUZZ_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  target_link_libraries(${target} PRIVATE cicada_compile ${FUZZ_LIBRARIES})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  foreach(room IN LISTS FUZZ_ROOMS)
    cicada_room_target(needed "${room}")
    target_link_libraries(${target} PRIVATE ${needed})
  endforeach()
endfunction()
