# How every target is compiled.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

option(CICADA_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(CICADA_COVERAGE "Build with coverage counters" OFF)
option(CICADA_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(CICADA_BENCH "Build the benchmarks" ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(CICADA_CCACHE ccache)
if(CICADA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What a cache must overlook to work with precompiled headers (ccache's manual says so); and where the project lies, so
  # that all clones and worktrees of one machine share what one of them compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CICADA_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${CICADA_CCACHE}")
endif()

add_library(cicada_compile INTERFACE)
target_compile_options(cicada_compile INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual -Wformat=2
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -fstack-protector-strong -pthread)  # -pthread everywhere: a precompiled header serves targets of the same macros only
target_compile_definitions(cicada_compile INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CICADA_SANITIZE AND NOT CICADA_FUZZ)
  target_compile_options(cicada_compile INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlapping copies in std::string operator+ that are not there (GCC bug 105651).
  target_compile_options(cicada_compile INTERFACE -Wno-restrict)
  # Lets a cache see through a precompiled header.
  target_compile_options(cicada_compile INTERFACE -fpch-preprocess)
endif()

if(CICADA_SANITIZE)
  target_compile_options(cicada_compile INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(cicada_compile INTERFACE -fsanitize=address,undefined)
endif()
if(CICADA_COVERAGE)
  target_compile_options(cicada_compile INTERFACE --coverage -fprofile-abs-path)
  target_link_options(cicada_compile INTERFACE --coverage)
endif()
if(CICADA_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "the fuzz preset needs clang: use cmake --preset fuzz")
  endif()
  target_compile_options(cicada_compile INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(cicada_compile INTERFACE -fsanitize=address,undefined)
endif()
