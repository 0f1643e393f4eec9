// A PKCS#11 library for tests: hands everything on to another one (SoftHSM2), and makes trouble when it is told to.
//
//   CICADA_TROUBLE_MODULE   the other library; without it SoftHSM2 as Debian installs it
//   CICADA_TROUBLE_EVERY    k: every k-th C_Sign makes trouble; counted from the last call without it
//   CICADA_TROUBLE_ANSWER   what it then answers, a hexadecimal CK_RV
//   CICADA_TROUBLE_SLEEP    milliseconds that it sleeps first: a token that is slow, or hangs
//   CICADA_TROUBLE_GONE     a file: as long as it is there, the token is not
//   CICADA_TROUBLE_GOES     set: the trouble of EVERY is that the token goes, by making that file
//   CICADA_TROUBLE_FULL     set: there are no more sessions
//   CICADA_TROUBLE_COUNT    a file to which every C_Sign that is answered with a signature adds an octet
//   CICADA_TROUBLE_FAR      microseconds: ECDSA takes so long and costs this machine nothing, as in a token on a
//   network;
//                           what it answers is no signature
//
// Read at every call, so that a test can turn trouble on and off.
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

CK_FUNCTION_LIST* real = nullptr;
CK_FUNCTION_LIST ours{};
std::atomic<unsigned long> signatures{0};

unsigned long number(const char* name, int base) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtoul(text, nullptr, base);
}

bool gone() {
  const char* file = std::getenv("CICADA_TROUBLE_GONE");
  return file != nullptr && std::filesystem::exists(file);
}

CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  if (!gone() || present == CK_FALSE) return real->C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                   CK_SESSION_HANDLE_PTR session) {
  if (std::getenv("CICADA_TROUBLE_FULL") != nullptr) return CKR_SESSION_COUNT;
  return gone() ? CKR_TOKEN_NOT_PRESENT : real->C_OpenSession(slot, flags, application, notify, session);
}

/// Of the thread, which has a session of its own: the operation that was begun is one of a token far away.
thread_local bool far = false;

CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  far = mechanism->mechanism == CKM_ECDSA && std::getenv("CICADA_TROUBLE_FAR") != nullptr;
  if (far) return CKR_OK;
  return gone() ? CKR_DEVICE_REMOVED : real->C_SignInit(session, mechanism, key);
}

CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG size, CK_BYTE_PTR signature,
           CK_ULONG_PTR signature_size) {
  if (far) {
    std::this_thread::sleep_for(std::chrono::microseconds{number("CICADA_TROUBLE_FAR", 10)});
    *signature_size = std::min<CK_ULONG>(*signature_size, 64);
    std::fill_n(signature, *signature_size, CK_BYTE{0x5A});
    return CKR_OK;
  }
  if (gone()) return CKR_DEVICE_REMOVED;
  const auto every = number("CICADA_TROUBLE_EVERY", 10);
  if (every == 0) signatures = 0;
  if (every != 0 && ++signatures % every == 0) {
    if (std::getenv("CICADA_TROUBLE_GOES") != nullptr) {
      std::ofstream{std::getenv("CICADA_TROUBLE_GONE")} << "gone";
      return CKR_DEVICE_REMOVED;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{number("CICADA_TROUBLE_SLEEP", 10)});
    if (const auto answer = number("CICADA_TROUBLE_ANSWER", 16); answer != CKR_OK) return answer;
  }
  const auto answer = real->C_Sign(session, data, size, signature, signature_size);
  if (const char* file = std::getenv("CICADA_TROUBLE_COUNT"); file != nullptr && answer == CKR_OK) {
    std::ofstream{file, std::ios::app} << '.';
  }
  return answer;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  if (real == nullptr) {
    const char* named = std::getenv("CICADA_TROUBLE_MODULE");
    void* library = ::dlopen(named == nullptr ? "/usr/lib/softhsm/libsofthsm2.so" : named, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return CKR_GENERAL_ERROR;
    const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    if (get == nullptr || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
    ours = *real;
    ours.C_GetFunctionList = C_GetFunctionList;
    ours.C_GetSlotList = get_slot_list;
    ours.C_OpenSession = open_session;
    ours.C_SignInit = sign_init;
    ours.C_Sign = sign;
  }
  *list = &ours;
  return CKR_OK;
}
