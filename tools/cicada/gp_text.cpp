#include "gp_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cicada/base/hex.h"
#include "terminal.h"

namespace cicada::tools {

namespace gp = host::gp;
using nlohmann::json;

namespace {

std::string privileges_of(const gp::RegistryEntry& entry) {
  return fmt::format("{}", fmt::join(gp::privilege_names(entry.privileges), ", "));
}

void add_rows(std::vector<std::vector<std::string>>& rows, gp::Part part, std::string_view kind,
              const std::vector<gp::RegistryEntry>& entries) {
  for (const auto& entry : entries) {
    auto remark = privileges_of(entry);
    if (entry.load_file) remark += fmt::format("{}of {}", remark.empty() ? "" : "; ", entry.load_file->to_text());
    if (!entry.version.empty()) remark += fmt::format("version {}", base::to_hex(entry.version));
    rows.push_back({std::string{kind}, entry.aid.to_text(),
                    fmt::format("{} ({:02X})", gp::life_cycle_name(part, entry.life_cycle), entry.life_cycle), remark});
    for (const auto& module : entry.modules) rows.push_back({"  module", module.to_text(), "", ""});
  }
}

json to_json(gp::Part part, const gp::RegistryEntry& entry) {
  json object{{"aid", entry.aid.to_text()},
              {"life_cycle", gp::life_cycle_name(part, entry.life_cycle)},
              {"life_cycle_octet", fmt::format("{:02X}", entry.life_cycle)},
              {"privileges", gp::privilege_names(entry.privileges)}};
  if (entry.load_file) object["load_file"] = entry.load_file->to_text();
  if (entry.security_domain) object["security_domain"] = entry.security_domain->to_text();
  if (!entry.version.empty()) object["version"] = base::to_hex(entry.version);
  if (part == gp::Part::load_files_and_modules) {
    auto modules = json::array();
    for (const auto& module : entry.modules) modules.push_back(module.to_text());
    object["modules"] = std::move(modules);
  }
  return object;
}

json to_json(gp::Part part, const std::vector<gp::RegistryEntry>& entries) {
  auto list = json::array();
  for (const auto& entry : entries) list.push_back(to_json(part, entry));
  return list;
}

}  // namespace

std::string to_text(const Holdings& holdings) {
  std::vector<std::vector<std::string>> rows{{"what", "AID", "life cycle", "remark"}};
  add_rows(rows, gp::Part::issuer_security_domain, "issuer security domain", holdings.domain);
  add_rows(rows, gp::Part::applications, "application", holdings.applications);
  add_rows(rows, gp::Part::load_files_and_modules, "load file", holdings.load_files);
  return table(rows);
}

json to_json(const Holdings& holdings) {
  return {{"issuer_security_domain", to_json(gp::Part::issuer_security_domain, holdings.domain)},
          {"applications", to_json(gp::Part::applications, holdings.applications)},
          {"load_files", to_json(gp::Part::load_files_and_modules, holdings.load_files)}};
}

std::string to_text(const SelfDescription& card) {
  std::vector<std::vector<std::string>> rows{{"what", "value"}};
  rows.push_back({"security domain", card.domain.to_text()});
  if (card.recognition) {
    for (const auto& [protocol, i] : card.recognition->protocols) {
      rows.push_back({"secure channel", fmt::format("SCP{:02X} i = {:02X}", protocol, i)});
    }
    for (const auto& oid : card.recognition->identifiers) rows.push_back({"identifier", oid.to_dotted()});
  }
  for (const auto& key : card.keys) {
    rows.push_back({"key", fmt::format("version {:02X}, identifier {:02X}: {} of {} octets", key.version, key.id,
                                       gp::key_type_name(key.type), key.size)});
  }
  for (const auto& [name, octets] : card.cplc.fields) rows.push_back({std::string{name}, base::to_hex(octets)});
  return table(rows);
}

json to_json(const SelfDescription& card) {
  json object{{"security_domain", card.domain.to_text()},
              {"protocols", json::array()},
              {"identifiers", json::array()},
              {"keys", json::array()},
              {"production", json::object()}};
  if (card.recognition) {
    for (const auto& [protocol, i] : card.recognition->protocols) {
      object["protocols"].push_back({{"scp", fmt::format("{:02X}", protocol)}, {"i", fmt::format("{:02X}", i)}});
    }
    for (const auto& oid : card.recognition->identifiers) object["identifiers"].push_back(oid.to_dotted());
  }
  for (const auto& key : card.keys) {
    object["keys"].push_back({{"version", fmt::format("{:02X}", key.version)},
                              {"identifier", fmt::format("{:02X}", key.id)},
                              {"type", gp::key_type_name(key.type)},
                              {"octets", key.size}});
  }
  for (const auto& [name, octets] : card.cplc.fields) object["production"][std::string{name}] = base::to_hex(octets);
  return object;
}

}  // namespace cicada::tools
