# The headers of the standard library and of {fmt}, parsed once for all archives and once for all executables (which are
# compiled with other flags: -fPIC, -fPIE). Only outside headers: what a file uses of Cicada it still has to name, and
# the walls between the rooms stay what they are.
option(CICADA_PRECOMPILE "Parse the outside headers once" ON)

set(CICADA_PRECOMPILED_HEADERS
  <algorithm> <array> <chrono> <cstddef> <cstdint> <expected> <filesystem> <fstream> <functional> <initializer_list>
  <map> <memory> <optional> <set> <span> <sstream> <string> <string_view> <utility> <variant> <vector> <fmt/format.h>)

if(CICADA_PRECOMPILE)
  set(source "${CMAKE_BINARY_DIR}/precompiled.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "int main() { return 0; }\n" @ONLY)
  add_library(cicada_precompiled_archive STATIC "${source}")
  add_executable(cicada_precompiled_executable "${source}")
  foreach(kind archive executable)
    target_link_libraries(cicada_precompiled_${kind} PRIVATE cicada_compile fmt::fmt)
    target_precompile_headers(cicada_precompiled_${kind} PRIVATE ${CICADA_PRECOMPILED_HEADERS})
  endforeach()
  # Subcommands read options and most write JSON. A target of its own, so that what is parsed stays the same when the
  # command links one room more: whoever compiles with a cache finds all other files there.
  add_executable(cicada_precompiled_command "${source}")
  target_link_libraries(cicada_precompiled_command PRIVATE cicada_compile fmt::fmt CLI11::CLI11
    nlohmann_json::nlohmann_json Threads::Threads)
  target_compile_options(cicada_precompiled_command PRIVATE $<$<CONFIG:Release>:-O1>)
  target_precompile_headers(cicada_precompiled_command PRIVATE ${CICADA_PRECOMPILED_HEADERS} <iostream> <CLI/CLI.hpp>
    <nlohmann/json.hpp>)
endif()

# cicada_precompiled(target archive|executable|command)
function(cicada_precompiled target kind)
  if(CICADA_PRECOMPILE)
    target_link_libraries(${target} PRIVATE fmt::fmt)
    target_precompile_headers(${target} REUSE_FROM cicada_precompiled_${kind})
  endif()
endfunction()
