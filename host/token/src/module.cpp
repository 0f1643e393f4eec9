#include "module.h"

#include <p11-kit/p11-kit.h>

#include <string_view>
#include <vector>

#include "answers.h"

namespace cicada::host::token {

using base::Fault;
using base::Result;

namespace {

/// More slots than this are not looked at.
constexpr CK_ULONG kMaxSlots = 1024;

/// A label is 32 octets, filled up with spaces.
std::string_view label_of(const CK_TOKEN_INFO& info) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): characters as the standard's structure has them.
  const std::string_view all{reinterpret_cast<const char*>(info.label), sizeof info.label};
  const auto end = all.find_last_not_of(' ');
  return end == std::string_view::npos ? std::string_view{} : all.substr(0, end + 1);
}

}  // namespace

Result<std::shared_ptr<const Module>> Module::load(const std::filesystem::path& library) {
  auto* functions = p11_kit_module_load(library.c_str(), P11_KIT_MODULE_CRITICAL);
  if (functions == nullptr) {
    return base::fail({.fault = Fault::not_found, .what = "the PKCS#11 library cannot be loaded"});
  }
  if (const auto answer = p11_kit_module_initialize(functions); answer != CKR_OK) {
    p11_kit_module_release(functions);
    return std::unexpected(error_of(answer));
  }
  return std::shared_ptr<const Module>{new Module{functions}};
}

Module::~Module() {
  p11_kit_module_finalize(functions_);
  p11_kit_module_release(functions_);
}

Result<CK_SLOT_ID> Module::find_token(const std::string& label) const {
  CK_ULONG count = 0;
  if (const auto answer = functions_->C_GetSlotList(CK_TRUE, nullptr, &count); answer != CKR_OK) {
    return std::unexpected(error_of(answer));
  }
  if (count > kMaxSlots) return base::fail({.fault = Fault::limit, .what = "the PKCS#11 library has too many slots"});
  std::vector<CK_SLOT_ID> slots(count);
  if (const auto answer = functions_->C_GetSlotList(CK_TRUE, slots.data(), &count); answer != CKR_OK) {
    return std::unexpected(error_of(answer));
  }
  slots.resize(count);
  for (const auto slot : slots) {
    CK_TOKEN_INFO info{};
    if (functions_->C_GetTokenInfo(slot, &info) == CKR_OK && label_of(info) == label) return slot;
  }
  return base::fail({.fault = Fault::transport,
                     .what = "no token with this label is there",
                     .hint = "pkcs11-tool --list-token-slots shows the labels"});
}

}  // namespace cicada::host::token
