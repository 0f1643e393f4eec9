# Makes the text of files part of a library, so that the program stands alone.
#
#   cicada_embed(cicada_conformance_model NAMESPACE cicada::conformance::model FUNCTION builtin_cases
#     FOLDER ${CMAKE_CURRENT_SOURCE_DIR}/../cases FILES ISO7816_A/a.toml ...)
#
# gives `std::span<const std::pair<std::string_view, std::string_view>> FUNCTION() noexcept` (name, text) in NAMESPACE,
# to be declared by whoever calls it.
function(cicada_embed target)
  cmake_parse_arguments(EMBED "" "NAMESPACE;FUNCTION;FOLDER" "FILES" ${ARGN})
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${EMBED_FUNCTION}.cpp")
  string(REPLACE ";" "," names "${EMBED_FILES}")
  list(TRANSFORM EMBED_FILES PREPEND "${EMBED_FOLDER}/")
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} -D "OUTPUT=${output}" -D "FOLDER=${EMBED_FOLDER}" -D "FILES=${names}"
      -D "NAMESPACE=${EMBED_NAMESPACE}" -D "FUNCTION=${EMBED_FUNCTION}" -P "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${EMBED_FILES} "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
