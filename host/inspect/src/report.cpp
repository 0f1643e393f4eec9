#include "cicada/host/inspect/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "document.h"

namespace cicada::host::inspect {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kIndent = 2;

std::string text_of(const Json& json) {
  // A chip may hold octets that are no UTF-8; a report with replacement characters is better than none.
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace);
}

Json verdict_of(const auth::Verdict& verdict) {
  auto checks = Json::array();
  for (const auto& check : verdict.checks) {
    checks.push_back({{"check", auth::to_string(check.check)},
                      {"result", auth::to_string(check.result)},
                      {"reason", check.reason},
                      {"clause", check.clause},
                      {"deviations", check.deviations}});
  }
  return {{"verdict", auth::to_string(verdict.outcome())}, {"checks", std::move(checks)}};
}

Json status_or_null(std::uint16_t status) {
  return status == 0 ? Json(nullptr) : Json(fmt::format("{:04X}", status));
}

Json access_of(const Inspection& inspection) {
  Json report{{"protocol", nullptr}, {"pace", nullptr},       {"domain_parameters", nullptr},
              {"password", nullptr}, {"tries_left", nullptr}, {"card_access", to_string(inspection.access.card_access)},
              {"error", nullptr},    {"sw", nullptr}};
  if (const auto& offer = inspection.access.offer) {
    report["pace"] = access::name_of(offer->protocol);
    report["domain_parameters"] = offer->parameter_id;
  }
  if (inspection.access.password) report["password"] = access::to_string(*inspection.access.password);
  if (inspection.access.tries_left) report["tries_left"] = *inspection.access.tries_left;
  if (!inspection.access_protocol.empty()) report["protocol"] = inspection.access_protocol;
  if (inspection.access_error) {
    report["error"] = inspection.access_error->describe();
    report["sw"] = status_or_null(inspection.access_error->sw);
  }
  return report;
}

Json files_of(const Inspection& inspection) {
  auto files = Json::array();
  for (const auto& [ef, content] : inspection.files) {
    files.push_back({{"name", lds::to_string(ef)}, {"file", lds::info(ef).file_name}, {"size", content.size()}});
  }
  return files;
}

Json unread_of(const Inspection& inspection) {
  auto unread = Json::array();
  for (const auto& file : inspection.unread) {
    unread.push_back({{"name", lds::to_string(file.ef)}, {"sw", status_or_null(file.sw)}, {"reason", file.reason}});
  }
  return unread;
}

}  // namespace

std::string to_json(const auth::Verdict& verdict) {
  return text_of(verdict_of(verdict));
}

std::string to_json(const Inspection& inspection) {
  Json report;
  add_document(report, inspection.files, inspection.at);
  report["access"] = access_of(inspection);
  report["transfer"] = {{"apdus", inspection.transfer.apdus},
                        {"bytes_out", inspection.transfer.bytes_out},
                        {"bytes_in", inspection.transfer.bytes_in},
                        {"milliseconds", inspection.elapsed.count()}};
  report["files"] = files_of(inspection);
  report["unread"] = unread_of(inspection);
  report["notes"] = inspection.notes;
  report["checked_at"] = base::to_iso_instant(inspection.at);
  report.update(verdict_of(inspection.verdict));
  return text_of(report);
}

}  // namespace cicada::host::inspect
