# A room: one folder, one include directory, one target, one namespace.
#
#   cicada_room(host/sm
#     SOURCES src/codec.cpp            relative to the room's folder
#     DEPENDS base crypto/openssl      rooms named in public headers
#     USES    asn1                     rooms named in .cpp files only
#     LIBRARIES fmt::fmt)              outside libraries, private
#
# The only include directory that a room hands on is its own; a header of a room that is not named here is not found.
# tests/architecture reads the same lists through the global property CICADA_ROOMS.

function(cicada_room_target out path)
  string(REPLACE "/" "_" name "${path}")
  string(REPLACE "-" "_" name "${name}")
  set(${out} "cicada_${name}" PARENT_SCOPE)
endfunction()

function(cicada_room path)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS;USES;LIBRARIES;PUBLIC_LIBRARIES" ${ARGN})
  if(ROOM_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cicada_room(${path}): unknown arguments ${ROOM_UNPARSED_ARGUMENTS}")
  endif()
  cicada_room_target(target "${path}")
  set(dir "${CMAKE_SOURCE_DIR}/${path}")

  if(ROOM_SOURCES)
    list(TRANSFORM ROOM_SOURCES PREPEND "${dir}/")
    add_library(${target} STATIC ${ROOM_SOURCES})
    set(kind PUBLIC)
    target_link_libraries(${target} PRIVATE cicada_compile ${ROOM_LIBRARIES})
    cicada_precompiled(${target} archive)
    foreach(room IN LISTS ROOM_USES)
      cicada_room_target(used "${room}")
      target_link_libraries(${target} PRIVATE ${used})
    endforeach()
  else()
    add_library(${target} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_include_directories(${target} ${kind} "${dir}/include")
  if(ROOM_PUBLIC_LIBRARIES)
    target_link_libraries(${target} ${kind} ${ROOM_PUBLIC_LIBRARIES})
  endif()
  foreach(room IN LISTS ROOM_DEPENDS)
    cicada_room_target(needed "${room}")
    target_link_libraries(${target} ${kind} ${needed})
  endforeach()

  string(REPLACE ";" "," allowed "${ROOM_DEPENDS};${ROOM_USES}")
  set_property(GLOBAL APPEND PROPERTY CICADA_ROOMS "${path}=${allowed}")
  set_property(GLOBAL APPEND PROPERTY CICADA_ROOM_TARGETS "${target}")
endfunction()
