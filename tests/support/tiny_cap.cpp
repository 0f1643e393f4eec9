#include "tiny_cap.h"

#include <zip.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "cicada/base/cursor.h"
#include "cicada/base/hex.h"

namespace cicada::test {

using base::Bytes;
using namespace base::literals;

namespace {

Bytes component(std::uint8_t tag, const Bytes& content) {
  Bytes octets{tag};
  base::append_unsigned(octets, content.size(), 2);
  base::append(octets, content);
  return octets;
}

void add(zip_t* archive, const std::string& name, const Bytes& octets) {
  auto* source = zip_source_buffer(archive, octets.data(), octets.size(), 0);
  if (source == nullptr || zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) {
    throw std::runtime_error("a test archive cannot be made: " + name);
  }
}

}  // namespace

CapParts tiny_cap_parts() {
  return {
      {"Header", component(1, "DECAFFED 0102 04 0301 08F043494341440102"_hex)},
      {"Directory", component(2, "001F00000000"_hex)},
      {"Applet", component(3, "01 09F04349434144010201 0008"_hex)},
      {"Import", component(4, "01 00 01 07A0000000620101"_hex)},
      {"ConstantPool", component(5, "0000"_hex)},
      {"Class", component(6, "00"_hex)},
      {"Method", component(7, Bytes(700, 0x7A))},
      {"StaticField", component(8, "00000000000000000000"_hex)},
      {"RefLocation", component(9, "00000000"_hex)},
      {"Descriptor", component(11, "00"_hex)},
      {"Debug", component(12, "00"_hex)},
  };
}

Bytes zipped(const CapParts& parts, const std::vector<std::pair<std::string, Bytes>>& extra,
             const std::string& folder) {
  zip_error_t error;
  zip_error_init(&error);
  auto* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(buffer);
  auto* archive = zip_open_from_source(buffer, ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, octets] : parts) {
    if (!octets.empty()) add(archive, folder + "/" + name + ".cap", octets);
  }
  for (const auto& [name, octets] : extra) add(archive, name, octets);
  if (zip_close(archive) != 0) throw std::runtime_error("a test archive cannot be closed");
  zip_source_open(buffer);
  zip_stat_t stat;
  zip_source_stat(buffer, &stat);
  Bytes zip(stat.size);
  zip_source_read(buffer, zip.data(), zip.size());
  zip_source_close(buffer);
  zip_source_free(buffer);
  return zip;
}

}  // namespace cicada::test
