#include "dnn.h"

#include <cstring>
#include <opencv2/dnn.hpp>

// gocv's own binding of this module wants a newer OpenCV than Debian 12 has.

static void say(char *err, size_t size, const char *what) {
    strncpy(err, what, size - 1);
    err[size - 1] = 0;
}

void *linenet_read(const char *onnx, size_t size, char *err, size_t errsize) {
    try {
        auto *net = new cv::dnn::Net(cv::dnn::readNetFromONNX(onnx, size));
        net->setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        net->setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
        return net;
    } catch (const std::exception &e) {
        say(err, errsize, e.what());
        return nullptr;
    }
}

void linenet_free(void *net) { delete static_cast<cv::dnn::Net *>(net); }

long linenet_run(void *p, float *strips, int n, int height, int width, float *out, long outsize, char *err, size_t errsize) {
    try {
        auto *net = static_cast<cv::dnn::Net *>(p);
        int dims[] = {n, 1, height, width};
        cv::Mat blob(4, dims, CV_32F, strips);
        net->setInput(blob);
        cv::Mat result = net->forward();
        long size = static_cast<long>(result.total());
        if (size > outsize) {
            say(err, errsize, "the output is larger than expected");
            return -1;
        }
        memcpy(out, result.ptr<float>(), sizeof(float) * size);
        return size;
    } catch (const std::exception &e) {
        say(err, errsize, e.what());
        return -1;
    }
}

void linenet_threads(int n) { cv::setNumThreads(n); }
