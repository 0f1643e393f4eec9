// The vector files of tests/vectors: lists of { id, data, ... } with octets in hexadecimal, and a few of another form.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/hex.h"

/// What is not there, or is not what it should be, ends the test with an exception.
namespace cicada::tests::vectors {

using nlohmann::json;

/// The whole of tests/vectors/<file>.
[[nodiscard]] inline json load(const std::string& file) {
  std::ifstream in{"vectors/" + file};
  if (!in) throw std::runtime_error("no vector file " + file);
  return json::parse(in);
}

/// Its vectors, each with its id.
[[nodiscard]] inline json all(const std::string& file) {
  return load(file).at("vectors");
}

/// The vector with this id.
[[nodiscard]] inline json find(const std::string& file, std::string_view id) {
  for (const auto& vector : all(file)) {
    if (vector.at("id") == id) return vector;
  }
  throw std::runtime_error("no vector " + std::string{id} + " in " + file);
}

/// Its data.
[[nodiscard]] inline json data(const std::string& file, std::string_view id) {
  return find(file, id).at("data");
}

/// The data of the vectors whose id begins with `prefix`; at least one.
[[nodiscard]] inline std::vector<json> beginning_with(const std::string& file, std::string_view prefix) {
  std::vector<json> chosen;
  for (const auto& vector : all(file)) {
    if (vector.at("id").get<std::string>().starts_with(prefix)) chosen.push_back(vector.at("data"));
  }
  if (chosen.empty()) throw std::runtime_error("no vector " + std::string{prefix} + "... in " + file);
  return chosen;
}

[[nodiscard]] inline std::string text(const json& data, const std::string& field) {
  return data.at(field).get<std::string>();
}

[[nodiscard]] inline base::Bytes octets(const json& data, const std::string& field) {
  auto read = base::from_hex(text(data, field));
  if (!read) throw std::runtime_error(field + " is not hexadecimal");
  return *std::move(read);
}

/// The octets of one field of one vector.
[[nodiscard]] inline base::Bytes octets(const std::string& file, std::string_view id, const std::string& field) {
  return octets(data(file, id), field);
}

}  // namespace cicada::tests::vectors
